import { describe, expect, it } from 'vitest';
import {
  cppException,
  funcInfoOfThunk,
  readFuncInfo,
  readSehScopes,
  sehScopesAt,
  stateAt,
  stowedExceptions,
  tryBlocksAt,
} from '../../core/analysis/index.ts';
import { MACHINES, type Memory } from '../../core/target/index.ts';
import { seeded } from '../seeded.ts';

/** Reads that no table may take, as each of its lists has a bound: 4096 try blocks, 4096 clauses with their names. */
const MAX_READS = 40_000;
const SIZE = 0x10000;

/** Memory that is the same 64 KiB everywhere: every pointer leads somewhere, and every list goes on for ever. */
class EndlessMemory implements Memory {
  reads = 0;
  readonly bytes = new Uint8Array(2 * SIZE);

  constructor(next: (below: number) => number, magics: readonly number[]) {
    const view = new DataView(this.bytes.buffer);
    for (let at = 0; at < SIZE; at += 4) {
      // fields are magic numbers, small or huge counts, and addresses
      const value =
        [next(8), next(SIZE), 0xffffffff, magics[next(magics.length)] ?? 0, next(2 ** 32)][next(5)] ?? 0;
      view.setUint32(at, value, true);
    }
    this.bytes.copyWithin(SIZE, 0, SIZE);
  }

  read(address: bigint, length: number): Uint8Array {
    this.reads++;
    const from = Number(address & BigInt(SIZE - 1));
    return this.bytes.slice(from, from + Math.min(length, SIZE));
  }

  available(_address: bigint, length: number): number {
    return Math.min(length, SIZE);
  }

  windows(): [] {
    return [];
  }

  origin(): 'dump' {
    return 'dump';
  }

  nextReadable(address: bigint): bigint {
    return address;
  }
}

describe.each(['x86', 'x64'] as const)('tables of exceptions on %s, hostile', (kind) => {
  const machine = MACHINES[kind];

  it('are read to their bounds and no further', () => {
    const next = seeded(0xcafe + kind.length);
    let found = 0;
    for (let i = 0; i < 4; i++) {
      const memory = new EndlessMemory(next, [0x19930520, 0x19930522, 0x53453031, 0x53453032, 0x2e3f4156]);
      const imageBase = kind === 'x64' ? 0x140000000n : 0n;
      const space = { memory, machine, imageBase };
      for (let at = 0; at < SIZE; at += 0x1404) {
        const address = imageBase + BigInt(at);
        memory.reads = 0;
        const info = readFuncInfo(space, address) ?? funcInfoOfThunk(space, address);
        if (info) {
          found++;
          stateAt(space, info, address);
          tryBlocksAt(info, next(16));
        }
        sehScopesAt(readSehScopes(memory, address), at);
        expect(memory.reads).toBeLessThan(MAX_READS);
        memory.reads = 0;
        const parameters = [0x19930520n, address, address + 0x40n, imageBase];
        const record = { code: 0xe06d7363, flags: 1, record: 0n, address, parameters };
        if (cppException(memory, machine, record)) found++;
        expect(memory.reads).toBeLessThan(MAX_READS);
        memory.reads = 0;
        const stowed = { ...record, code: 0xc000027b, parameters: [address, 0xffffffffn] };
        stowedExceptions(memory, machine, stowed);
        expect(memory.reads).toBeLessThan(MAX_READS);
      }
    }
    expect(found).toBeGreaterThan(20);
  });

  it('bounds the clauses of all try blocks together', () => {
    const memory = new EndlessMemory(() => 0, [0]);
    const view = new DataView(memory.bytes.buffer);
    // FuncInfo: magic, states, unwind map, number of try blocks, try blocks; each with 0xffffffff clauses at 0x200
    view.setUint32(0, 0x19930522, true);
    view.setUint32(12, 0xffffffff, true);
    view.setUint32(16, 0x100, true);
    for (let at = 0x100; at + 20 <= SIZE; at += 20) {
      view.setUint32(at + 12, 0xffffffff, true);
      view.setUint32(at + 16, 0x200, true);
    }
    const info = readFuncInfo({ memory, machine, imageBase: 0n }, 0n);
    const clauses = info?.tryBlocks.reduce((sum, b) => sum + b.catches.length, 0);
    expect(clauses).toBeLessThanOrEqual(4096);
    expect(memory.reads).toBeLessThan(MAX_READS);
  });
});

import { describe, expect, it } from 'vitest';
import { loadDisassembler, returnInstruction } from '../../core/disasm/index.ts';
import { MACHINES, type MachineKind } from '../../core/target/index.ts';

const CODE: Readonly<Record<MachineKind, readonly string[]>> = {
  x86: ['c3', 'c390', 'c20000', 'c20900', 'c20a00cc', 'c21400', 'c29f00', 'c2a000', 'c2fcff'],
  x64: ['c3', 'c3cccc', 'c22800'],
  arm64: ['c0035fd6', 'c0035fd61f2003d5'],
  arm: [],
};

describe('a return', () => {
  it.each(Object.keys(CODE) as MachineKind[])('of %s is what the library says it is', async (kind) => {
    const disassembler = await loadDisassembler(MACHINES[kind]);
    for (const hex of CODE[kind]) {
      const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
      expect(returnInstruction(kind, bytes, 0x401000n), hex).toEqual(disassembler.decode(bytes, 0x401000n));
    }
  });

  it('is nothing else: no other instruction, no return through another register, no half one', () => {
    for (const [kind, hex] of [
      ['x86', '90'],
      ['x86', 'c214'],
      ['x64', 'f3c3'],
      ['arm64', '20005fd6'],
      ['arm64', 'c0035f'],
      ['arm', '7047'],
    ] as const) {
      expect(returnInstruction(kind, Uint8Array.from(Buffer.from(hex, 'hex')), 0n), hex).toBeUndefined();
    }
  });
});

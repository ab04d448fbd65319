import { MemoryUnreadable } from '../../core/errors/index.ts';
import type { ProcessView } from '../../core/process/index.ts';
import {
  MACHINES,
  type Address,
  type AddressRange,
  type ByteOrigin,
  type Memory,
  type MemoryWindow,
  type Module,
  type Target,
} from '../../core/target/index.ts';
import { BuiltInTypes, createStructLayouts, loadLayout } from '../../core/types/index.ts';
import { fakeModules } from './fakeModules.ts';

/** Memory in pieces that a test writes into. */
export class FakeMemory implements Memory {
  private readonly pieces: { readonly start: Address; readonly bytes: Uint8Array }[] = [];

  /** Makes `length` zero bytes readable. */
  map(start: Address, length: number): this {
    this.pieces.push({ start, bytes: new Uint8Array(length) });
    return this;
  }

  put(address: Address, size: 1 | 2 | 4 | 8, value: bigint | number): this {
    const bytes = this.piece(address);
    if (!bytes) throw new Error(`nothing is mapped at ${address.toString(16)}`);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    if (size === 8) view.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
    else if (size === 4) view.setUint32(0, Number(BigInt.asUintN(32, BigInt(value))), true);
    else if (size === 2) view.setUint16(0, Number(value), true);
    else view.setUint8(0, Number(value));
    return this;
  }

  putText(address: Address, text: string): this {
    [...text].forEach((c, i) => this.put(address + BigInt(2 * i), 2, c.charCodeAt(0)));
    return this;
  }

  read(address: Address, length: number): Uint8Array {
    const n = this.available(address, length);
    if (n < length) throw new MemoryUnreadable(address + BigInt(n));
    return (this.piece(address) ?? new Uint8Array(0)).subarray(0, length);
  }

  available(address: Address, length: number): number {
    return Math.min(length, this.piece(address)?.length ?? 0);
  }

  *windows({ start, end }: AddressRange): Iterable<MemoryWindow> {
    const sorted = [...this.pieces].sort((a, b) => (a.start < b.start ? -1 : 1));
    for (const { start: base, bytes } of sorted) {
      const from = Math.max(0, Number(start - base));
      const to = Math.min(bytes.length, Number(end - base));
      if (from < to) yield { base: base + BigInt(from), bytes: bytes.subarray(from, to) };
    }
  }

  origin(address: Address): ByteOrigin {
    return this.piece(address) ? 'dump' : undefined;
  }

  nextReadable(address: Address): Address | undefined {
    if (this.piece(address)) return address;
    const starts = this.pieces.map((p) => p.start).filter((start) => start > address);
    return starts.sort((a, b) => (a < b ? -1 : 1))[0];
  }

  private piece(address: Address): Uint8Array | undefined {
    for (const { start, bytes } of this.pieces) {
      if (address >= start && address < start + BigInt(bytes.length))
        return bytes.subarray(Number(address - start));
    }
    return undefined;
  }
}

/** A module with nothing but a name and a place. */
export function fakeModule(fileName: string, base: Address, size: number): Module {
  const name = fileName.replace(/\.\w+$/, '');
  const end = base + BigInt(size);
  return { index: 0, base, size, end, path: fileName, fileName, name, timestamp: 0, checksum: 0 };
}

/** A process view over fake memory with Windows' own layouts: x86 is Windows 7, x64 Windows 10 19041. */
export async function fakeView(
  kind: 'x86' | 'x64',
  memory: Memory,
  modules: readonly Module[] = [],
): Promise<ProcessView> {
  const os = kind === 'x86' ? { major: 6, minor: 1, build: 7601 } : { major: 10, minor: 0, build: 19041 };
  const machine = MACHINES[kind];
  const target: Target = {
    name: 'fake',
    system: { machine, os, wine: false },
    machines: [machine],
    memory,
    modules: fakeModules(modules),
    unloadedModules: [],
    threads: [],
    peb: () => undefined,
  };
  const layout = await loadLayout(os, kind);
  return { target, machine, layouts: createStructLayouts([new BuiltInTypes(layout)]) };
}

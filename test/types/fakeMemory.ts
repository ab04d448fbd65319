import { MemoryUnreadable } from '../../core/errors/index.ts';
import type { Address, AddressRange, Memory, MemoryWindow } from '../../core/target/index.ts';

/** A memory of a few runs of bytes, for tests that need no dump. */
export class FakeMemory implements Memory {
  reads = 0;
  private readonly runs: MemoryWindow[] = [];

  put(base: Address, bytes: Uint8Array | readonly number[]): this {
    this.runs.push({ base, bytes: Uint8Array.from(bytes) });
    this.runs.sort((a, b) => (a.base < b.base ? -1 : 1));
    return this;
  }

  put32(base: Address, ...values: number[]): this {
    return this.put(base, new Uint8Array(Uint32Array.from(values).buffer));
  }

  put64(base: Address, ...values: bigint[]): this {
    return this.put(base, new Uint8Array(BigUint64Array.from(values).buffer));
  }

  text16(base: Address, text: string): this {
    return this.put(base, new Uint8Array(Uint16Array.from(text, (c) => c.charCodeAt(0)).buffer));
  }

  read(address: Address, length: number): Uint8Array {
    this.reads++;
    const there = this.available(address, length);
    if (there < length) throw new MemoryUnreadable(address + BigInt(there));
    const out = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const run = this.run(address + BigInt(at));
      if (!run) throw new MemoryUnreadable(address + BigInt(at));
      const start = Number(address - run.base) + at;
      const part = run.bytes.subarray(start, start + length - at);
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  available(address: Address, length: number): number {
    let there = 0;
    while (there < length) {
      const run = this.run(address + BigInt(there));
      if (!run) break;
      there += run.bytes.length - Number(address + BigInt(there) - run.base);
    }
    return Math.min(there, length);
  }

  *windows(range: AddressRange): Iterable<MemoryWindow> {
    for (const run of this.runs) if (run.base >= range.start && run.base < range.end) yield run;
  }

  origin(address: Address): 'dump' | undefined {
    return this.run(address) ? 'dump' : undefined;
  }

  nextReadable(address: Address): Address | undefined {
    if (this.run(address)) return address;
    return this.runs.find((r) => r.base >= address)?.base;
  }

  private run(address: Address): MemoryWindow | undefined {
    return this.runs.find((r) => address >= r.base && address < r.base + BigInt(r.bytes.length));
  }
}

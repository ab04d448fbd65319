import { MemoryUnreadable } from '../../../core/errors/index.ts';
import type { Address, AddressRange, ByteOrigin, Memory, MemoryWindow } from '../../../core/target/index.ts';

/** A dump's memory without a range of it: what a smaller dump of the same process would hold. */
export function withheld(memory: Memory, { start, end }: AddressRange): Memory {
  const available = (address: Address, length: number): number => {
    if (address >= start && address < end) return 0;
    const limited = address < start && address + BigInt(length) > start ? Number(start - address) : length;
    return memory.available(address, limited);
  };
  return {
    available,
    read(address, length): Uint8Array {
      const there = available(address, length);
      if (there < length) throw new MemoryUnreadable(address + BigInt(there));
      return memory.read(address, length);
    },
    *windows(range): Iterable<MemoryWindow> {
      const below = { start: range.start, end: range.end < start ? range.end : start };
      const above = { start: range.start > end ? range.start : end, end: range.end };
      for (const part of [below, above]) if (part.start < part.end) yield* memory.windows(part);
    },
    origin(address): ByteOrigin {
      return address >= start && address < end ? undefined : memory.origin(address);
    },
    nextReadable(address): Address | undefined {
      const next = memory.nextReadable(address);
      return next !== undefined && next >= start && next < end ? memory.nextReadable(end) : next;
    },
  };
}

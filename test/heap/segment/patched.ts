import type { Address, Memory, MemoryWindow } from '../../../core/target/index.ts';

/** Bytes at an address that differ from what the dump holds. */
export interface Patch {
  readonly address: number;
  readonly bytes: readonly number[];
}

/** A dump's memory with other bytes in some places: damage that a program did. */
export function patched(memory: Memory, patches: readonly Patch[]): Memory {
  const apply = (start: number, bytes: Uint8Array): Uint8Array => {
    const end = start + bytes.length;
    const hit = patches.filter((p) => p.address < end && p.address + p.bytes.length > start);
    if (hit.length === 0) return bytes;
    // not slice(): that of a Node Buffer, which files are read into, gives the same bytes
    const copy = new Uint8Array(bytes);
    for (const { address, bytes: other } of hit) {
      for (const [i, byte] of other.entries()) {
        const at = address + i - start;
        if (at >= 0 && at < copy.length) copy[at] = byte;
      }
    }
    return copy;
  };
  return {
    read: (address, length) => apply(Number(address), memory.read(address, length)),
    available: (address, length) => memory.available(address, length),
    *windows(range): Iterable<MemoryWindow> {
      for (const { base, bytes } of memory.windows(range)) yield { base, bytes: apply(Number(base), bytes) };
    },
    origin: (address) => memory.origin(address),
    nextReadable: (address): Address | undefined => memory.nextReadable(address),
  };
}

/** The bytes of a little-endian number. */
export function littleEndian(value: bigint, length: number): number[] {
  return Array.from({ length }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

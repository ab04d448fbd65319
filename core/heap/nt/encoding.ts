import type { StructLayouts } from '../../types/index.ts';
import type { AddressReader } from '../addressReader.ts';

/** HEAP.EncodeFlagMask of every heap that codes its headers (HEAPS-CHECKED.md 4.1) */
const ENCODE_FLAG_MASK = 0x100000;
/** The block that holds the HEAP itself: busy, nothing before it */
const BUSY = 1;

/** What a heap's headers are combined with. */
export interface HeapEncoding {
  /** EncodeFlagMask; 0 where headers are plain */
  readonly mask: number;
  /** the two dwords of Encoding that count */
  readonly key: readonly [number, number];
  /** what was overwritten, and what it must have been by the heap's first blocks */
  readonly damage?: {
    readonly field: 'EncodeFlagMask' | 'Encoding';
    readonly found: string;
    readonly expected: string;
  };
}

/**
 * The encoding of a Vista or later heap. Its first block holds the HEAP itself, so that all of its header is known but
 * for the key: where mask or key are overwritten they are worked out from it, if the second block agrees.
 */
export function readEncoding(reader: AddressReader, layouts: StructLayouts, address: number): HeapEncoding {
  const { pointerSize } = layouts;
  const unit = 2 * pointerSize;
  const field = (path: string): number => address + layouts.offset('_HEAP', path);
  const keyAt = field('Encoding') + unit - 8;
  const mask = reader.u32(field('EncodeFlagMask'));
  const key = [reader.u32(keyAt), reader.u32(keyAt + 4)] as const;
  const stored = { mask, key };
  const first = address + unit - 8;
  if (mask !== ENCODE_FLAG_MASK && key[0] !== 0 && isOwn(reader.u32(first) ^ key[0])) {
    const damage = { field: 'EncodeFlagMask', found: hex(mask), expected: hex(ENCODE_FLAG_MASK) } as const;
    return { mask: ENCODE_FLAG_MASK, key, damage };
  }
  const second = reader.pointer(field('FirstEntry'), pointerSize);
  const size = (second - address) / unit;
  const known = Number.isInteger(size) && size > 0 && size < 0x10000 && reader.has(second, unit);
  if (!known || mask !== ENCODE_FLAG_MASK) return stored;
  const agrees = ([low, high]: readonly [number, number]): boolean => {
    const behind = second + unit - 8;
    return fold(reader.u32(behind) ^ low) === 0 && ((reader.u32(behind + 4) ^ high) & 0xffff) === size;
  };
  if (agrees(key)) return stored;
  const header = (size | (BUSY << 16) | ((size ^ (size >>> 8) ^ BUSY) << 24)) >>> 0;
  // the size of the block before is 0, and the byte of unused bytes is never coded
  const solved = [(reader.u32(first) ^ header) >>> 0, reader.u32(first + 4) & 0xffff] as const;
  if (!agrees(solved)) return stored;
  return {
    mask: ENCODE_FLAG_MASK,
    key: solved,
    damage: { field: 'Encoding', found: hex(...key), expected: hex(...solved) },
  };
}

/** Whether a header in the clear is that of a busy block, by its flags and its checksum. */
function isOwn(low: number): boolean {
  return fold(low) === 0 && ((low >>> 16) & 0xff) === BUSY && (low & 0xffff) !== 0;
}

/** The four bytes of a value combined: 0 for a header's first dword in the clear, whose last byte is its checksum. */
export function fold(value: number): number {
  const half = value ^ (value >>> 16);
  return (half ^ (half >>> 8)) & 0xff;
}

function hex(...values: readonly number[]): string {
  return values.map((value) => `0x${value.toString(16)}`).join(', ');
}

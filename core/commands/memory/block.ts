import type { Address, Memory } from '../../target/index.ts';

/** Bytes of a range, with a mark for each that is there: what a row of `??` and digits is made of. */
export interface Block {
  readonly start: Address;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** 1 for each byte that is there */
  readonly present: Uint8Array;
}

/** Reads `length` bytes; those that are missing are zero in `bytes` and 0 in `present`. */
export function readBlock(memory: Memory, start: Address, length: number): Block {
  const bytes = new Uint8Array(length);
  const present = new Uint8Array(length);
  for (const window of memory.windows({ start, end: start + BigInt(length) })) {
    const offset = Number(window.base - start);
    // windows of hostile memory may not begin before the range; of ours they never do
    if (offset < 0 || offset >= length) continue;
    const part = window.bytes.subarray(0, length - offset);
    bytes.set(part, offset);
    present.fill(1, offset, offset + part.length);
  }
  return { start, bytes, view: new DataView(bytes.buffer), present };
}

/** Whether all of `size` bytes at an offset are there. */
export function isPresent(block: Block, offset: number, size: number): boolean {
  for (let i = offset; i < offset + size; i++) if (!block.present[i]) return false;
  return true;
}

/** An unsigned integer of 1, 2, 4 or 8 bytes; null where a byte of it is missing. */
export function integerAt(block: Block, offset: number, size: number): bigint | null {
  if (!isPresent(block, offset, size)) return null;
  switch (size) {
    case 1:
      return BigInt(block.view.getUint8(offset));
    case 2:
      return BigInt(block.view.getUint16(offset, true));
    case 4:
      return BigInt(block.view.getUint32(offset, true));
    default:
      return block.view.getBigUint64(offset, true);
  }
}

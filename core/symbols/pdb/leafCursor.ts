/**
 * A position in a CodeView record that moves on as fields are taken, for records of variable layout. Numbers up to
 * 7FFF stand for themselves; others have a leaf kind before them (LF_CHAR ... LF_UOCTWORD, cvinfo.h).
 * Reads past the record's end throw `OutOfBounds`.
 */
import { OutOfBounds } from '../../errors/index.ts';
import { countedTextAt, textBetween } from './recordText.ts';

const LF = {
  NUMERIC: 0x8000,
  CHAR: 0x8000,
  SHORT: 0x8001,
  USHORT: 0x8002,
  LONG: 0x8003,
  ULONG: 0x8004,
  REAL32: 0x8005,
  REAL64: 0x8006,
  QUADWORD: 0x8009,
  UQUADWORD: 0x800a,
  OCTWORD: 0x8017,
  UOCTWORD: 0x8018,
} as const;

export class LeafCursor {
  private readonly view: DataView;

  /** From `at` to the end of `bytes`. */
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  skip(length: number): void {
    this.take(length);
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  i16(): number {
    return this.view.getInt16(this.take(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  i32(): number {
    return this.view.getInt32(this.take(4), true);
  }

  /** A numeric leaf as a value; floating point as a number. */
  numeric(): bigint | number {
    const leaf = this.u16();
    if (leaf < LF.NUMERIC) return BigInt(leaf);
    switch (leaf) {
      case LF.CHAR:
        return BigInt(this.view.getInt8(this.take(1)));
      case LF.SHORT:
        return BigInt(this.i16());
      case LF.USHORT:
        return BigInt(this.u16());
      case LF.LONG:
        return BigInt(this.i32());
      case LF.ULONG:
        return BigInt(this.u32());
      case LF.QUADWORD:
        return this.view.getBigInt64(this.take(8), true);
      case LF.UQUADWORD:
        return this.view.getBigUint64(this.take(8), true);
      case LF.OCTWORD: {
        const low = this.view.getBigUint64(this.take(8), true);
        return (this.view.getBigInt64(this.take(8), true) << 64n) | low;
      }
      case LF.UOCTWORD: {
        const low = this.view.getBigUint64(this.take(8), true);
        return (this.view.getBigUint64(this.take(8), true) << 64n) | low;
      }
      case LF.REAL32:
        return this.view.getFloat32(this.take(4), true);
      case LF.REAL64:
        return this.view.getFloat64(this.take(8), true);
      default:
        // of unknown length: what follows cannot be found
        throw new OutOfBounds(this.at, 0, this.bytes.length);
    }
  }

  /** A numeric leaf that is a size or an offset, as a number: exact to 2^53. */
  size(): number {
    if (this.left >= 2) {
      const leaf = this.view.getUint16(this.at, true);
      if (leaf < LF.NUMERIC) {
        this.at += 2;
        return leaf;
      }
      if (leaf === LF.ULONG) {
        this.at += 2;
        return this.u32();
      }
    }
    return Number(this.numeric());
  }

  /** A name; `counted`: a length byte before it instead of a NUL behind it. */
  name(counted = false): string {
    const start = this.at;
    const end = this.bytes.length;
    if (counted) {
      this.at = Math.min(end, start + 1 + this.u8());
      return countedTextAt(this.bytes, start, end);
    }
    const nul = this.bytes.indexOf(0, start);
    this.at = nul < 0 ? end : nul + 1;
    return textBetween(this.bytes, start, nul < 0 ? end : nul);
  }

  private take(length: number): number {
    const at = this.at;
    if (at + length > this.bytes.length) throw new OutOfBounds(at, length, this.bytes.length);
    this.at = at + length;
    return at;
  }
}

import { OutOfBounds } from '../errors/index.ts';

/**
 * Little-endian reads at an offset within a run of bytes. Every read is checked: past the end it throws
 * `OutOfBounds`, so that a parser of hostile input needs no length arithmetic of its own.
 */
export class ByteReader {
  private readonly view: DataView;

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }

  u8(offset: number): number {
    return this.view.getUint8(this.check(offset, 1));
  }

  i8(offset: number): number {
    return this.view.getInt8(this.check(offset, 1));
  }

  u16(offset: number): number {
    return this.view.getUint16(this.check(offset, 2), true);
  }

  i16(offset: number): number {
    return this.view.getInt16(this.check(offset, 2), true);
  }

  u32(offset: number): number {
    return this.view.getUint32(this.check(offset, 4), true);
  }

  i32(offset: number): number {
    return this.view.getInt32(this.check(offset, 4), true);
  }

  u64(offset: number): bigint {
    return this.view.getBigUint64(this.check(offset, 8), true);
  }

  i64(offset: number): bigint {
    return this.view.getBigInt64(this.check(offset, 8), true);
  }

  f32(offset: number): number {
    return this.view.getFloat32(this.check(offset, 4), true);
  }

  f64(offset: number): number {
    return this.view.getFloat64(this.check(offset, 8), true);
  }

  /** A pointer of `size` bytes (4 or 8), zero-extended. */
  pointer(offset: number, size: 4 | 8): bigint {
    return size === 8 ? this.u64(offset) : BigInt(this.u32(offset));
  }

  /** `length` bytes from `offset`, a view and no copy. */
  slice(offset: number, length: number): Uint8Array {
    this.check(offset, length);
    return this.bytes.subarray(offset, offset + length);
  }

  /** Whether `length` bytes at `offset` are there. */
  has(offset: number, length: number): boolean {
    return offset >= 0 && length >= 0 && offset + length <= this.bytes.length;
  }

  private check(offset: number, length: number): number {
    if (!this.has(offset, length)) throw new OutOfBounds(offset, length, this.bytes.length);
    return offset;
  }
}

/** A cursor over DWARF bytes, checked: past the end every read gives 0 and `failed` is set. */
export class DwarfReader {
  failed = false;
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    public at: number,
    readonly end: number,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.failed || this.at >= this.end;
  }

  u8(): number {
    return this.take(1) ? this.view.getUint8(this.at - 1) : 0;
  }

  u16(): number {
    return this.take(2) ? this.view.getUint16(this.at - 2, true) : 0;
  }

  u32(): number {
    return this.take(4) ? this.view.getUint32(this.at - 4, true) : 0;
  }

  i32(): number {
    return this.u32() | 0;
  }

  /** ULEB128; values above 2^31 do not occur in what is read here and saturate. */
  uleb(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.u8();
      if (shift < 32) value += (byte & 0x7f) * 2 ** shift;
      if (!(byte & 0x80) || this.failed) return Math.min(value, 0xffffffff);
    }
  }

  sleb(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.u8();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (!(byte & 0x80) || this.failed)
        return shift + 7 < 32 && byte & 0x40 ? value | (-1 << (shift + 7)) : value;
    }
  }

  /** `length` bytes as a view; empty where they are not there. */
  block(length: number): Uint8Array {
    return this.take(length) ? this.bytes.subarray(this.at - length, this.at) : new Uint8Array(0);
  }

  skip(length: number): void {
    this.take(length);
  }

  private take(length: number): boolean {
    if (this.failed || length < 0 || this.at + length > this.end) {
      this.failed = true;
      return false;
    }
    this.at += length;
    return true;
  }
}

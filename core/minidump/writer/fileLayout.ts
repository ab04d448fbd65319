/**
 * The head of a dump in the making: everything but its memory. Parts are placed one behind the other and know their
 * RVA at once, so that records can point to them.
 */
export class FileLayout {
  private readonly parts: { readonly rva: number; readonly bytes: Uint8Array }[] = [];
  private end: number;

  /** `reserved` bytes at the start belong to header and directory. */
  constructor(reserved: number) {
    this.end = reserved;
  }

  /** Bytes so far: where the next part may begin. */
  get size(): number {
    return this.end;
  }

  /** Adds a part, on 4 bytes as Windows does; gives its RVA. */
  place(bytes: Uint8Array): number {
    const rva = Math.ceil(this.end / 4) * 4;
    this.parts.push({ rva, bytes });
    this.end = rva + bytes.length;
    return rva;
  }

  /** Adds a MINIDUMP_STRING: the length in bytes, UTF-16, and a NUL that the length does not count. */
  placeString(text: string): number {
    const w = new RecordWriter(4 + text.length * 2 + 2);
    w.u32(text.length * 2);
    w.utf16(text, text.length * 2 + 2);
    return this.place(w.bytes);
  }

  /** All parts in one piece, `start` at offset 0. */
  assemble(start: Uint8Array): Uint8Array {
    const whole = new Uint8Array(this.end);
    whole.set(start);
    for (const { rva, bytes } of this.parts) whole.set(bytes, rva);
    return whole;
  }
}

/** Writes little-endian fields one after another into a record of a known size. */
export class RecordWriter {
  readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }

  u8(value: number): this {
    this.view.setUint8(this.at, value);
    return this.skip(1);
  }

  u16(value: number): this {
    this.view.setUint16(this.at, value, true);
    return this.skip(2);
  }

  u32(value: number): this {
    this.view.setUint32(this.at, value, true);
    return this.skip(4);
  }

  u64(value: bigint | number): this {
    this.view.setBigUint64(this.at, BigInt(value), true);
    return this.skip(8);
  }

  /** Bytes in a field of `size`: cut or padded with zeros; as they are without it. */
  raw(bytes: Uint8Array, size = bytes.length): this {
    this.bytes.set(bytes.subarray(0, size), this.at);
    return this.skip(size);
  }

  /** UTF-16 in a field of `size` bytes, always ended by a NUL. */
  utf16(text: string, size: number): this {
    const most = Math.min(text.length, size / 2 - 1);
    for (let i = 0; i < most; i++) this.view.setUint16(this.at + i * 2, text.charCodeAt(i), true);
    return this.skip(size);
  }

  skip(size: number): this {
    this.at += size;
    return this;
  }
}

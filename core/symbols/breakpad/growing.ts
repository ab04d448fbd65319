/** Columns that grow: a file of hundreds of megabytes has millions of records, which are no objects here. */

export class GrowingUint32 {
  length = 0;
  private values = new Uint32Array(1024);

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Uint32Array(this.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }

  at(index: number): number {
    return this.values[index] ?? 0;
  }

  /** The values so far, without the spare room. */
  toArray(): Uint32Array {
    return this.values.slice(0, this.length);
  }
}

/** File offsets, which may pass 32 bits. */
export class GrowingOffsets {
  length = 0;
  private values = new Float64Array(1024);

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Float64Array(this.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }

  at(index: number): number {
    return this.values[index] ?? 0;
  }
}

/** Names in UTF-8, one behind the other, by number. */
export class NamePool {
  private bytes = new Uint8Array(0x10000);
  private used = 0;
  private readonly ends = new GrowingUint32();
  private readonly decoder = new TextDecoder();

  get count(): number {
    return this.ends.length;
  }

  /** Adds a name and gives its number. */
  add(line: Uint8Array, start: number, end: number): number {
    const length = Math.max(0, end - start);
    if (this.used + length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.used + length, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.used));
      this.bytes = grown;
    }
    this.bytes.set(line.subarray(start, end), this.used);
    this.used += length;
    this.ends.push(this.used);
    return this.ends.length - 1;
  }

  get(number: number): string {
    const start = number > 0 ? this.ends.at(number - 1) : 0;
    return this.decoder.decode(this.bytes.subarray(start, this.ends.at(number)));
  }
}

/**
 * The records of an exception directory (RUNTIME_FUNCTION) by number and by address. Each begins with the RVA that its
 * function begins at, and they are sorted by it; what follows it differs between machines.
 */
export class FunctionEntries {
  readonly length: number;
  private readonly view: DataView;

  /** `entryBytes`: sizeof(RUNTIME_FUNCTION) */
  constructor(
    table: Uint8Array,
    private readonly entryBytes: number,
  ) {
    this.view = new DataView(table.buffer, table.byteOffset, table.byteLength);
    let length = Math.floor(table.length / entryBytes);
    // incremental linking leaves room at the end
    while (length > 0 && this.view.getUint32((length - 1) * entryBytes, true) === 0) length--;
    this.length = length;
  }

  /** A 32-bit word of a record, by its offset there. */
  word(index: number, offset: number): number {
    return this.view.getUint32(index * this.entryBytes + offset, true);
  }

  /** The last record whose function begins at or below an RVA; -1 if none. */
  lastAtOrBelow(rva: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.word(middle, 0) <= rva) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

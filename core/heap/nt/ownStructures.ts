/** Addresses of structures that ntdll keeps for heaps: a block that holds one is no program's. */
export class OwnStructures {
  private readonly rising: Float64Array;

  constructor(addresses: readonly number[]) {
    this.rising = Float64Array.from(addresses).sort();
  }

  /** Whether one lies within `bytes` bytes from an entry. */
  liesIn(entry: number, bytes: number): boolean {
    const { rising } = this;
    let from = 0;
    let to = rising.length;
    while (from < to) {
      const mid = (from + to) >>> 1;
      if ((rising[mid] ?? 0) < entry) from = mid + 1;
      else to = mid;
    }
    const next = rising[from];
    return next !== undefined && next < entry + bytes;
  }
}

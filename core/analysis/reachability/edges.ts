const CHUNK = 1 << 20;

/**
 * References between blocks, kept while a walk in rising order does not know yet whether the block they stand in is
 * reached: a list of targets a block. Four bytes a reference.
 */
export class Edges {
  private readonly first: Uint32Array;
  private readonly chunks: Uint32Array[] = [];
  private count = 0;
  private from = -1;

  constructor(blocks: number) {
    this.first = new Uint32Array(blocks + 1);
  }

  /** Adds a reference out of `from`; `from` never falls. */
  add(from: number, to: number): void {
    while (this.from < from) this.first[++this.from] = this.count;
    const chunk = (this.chunks[this.count >>> 20] ??= new Uint32Array(CHUNK));
    chunk[this.count++ & (CHUNK - 1)] = to;
  }

  /** Where a block's references begin; they end where the next block's begin. */
  begin(block: number): number {
    return block <= this.from ? (this.first[block] ?? 0) : this.count;
  }

  target(edge: number): number {
    return this.chunks[edge >>> 20]?.[edge & (CHUNK - 1)] ?? 0;
  }
}

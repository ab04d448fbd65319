import type { HeaderForm } from '../linkedHeaders.ts';
import { type CodeKey, upper } from './codeKey.ts';
import type { SegmentForm } from './segmentForm.ts';
import { decodeVsSizes, emptyChunk, unitOf } from './vsChunk.ts';

/** Headers of a VS subsegment's chunks for looking through memory. */
export class VsForm implements HeaderForm {
  readonly unit: 8 | 16;
  readonly headerBytes: number;
  size = 0;
  previous = 0;
  private readonly chunk = emptyChunk();

  constructor(
    private readonly form: SegmentForm,
    private readonly key: CodeKey,
    /** the subsegment's first chunk, and where its last one ends */
    private readonly first: number,
    private readonly limit: number,
  ) {
    this.unit = unitOf(form);
    this.headerBytes = 2 * form.pointerSize;
  }

  read(view: DataView, offset: number, address: number): boolean {
    const { chunk, key, unit } = this;
    const { pointerSize } = this.form;
    chunk.flags = view.getInt32(offset + pointerSize, true);
    decodeVsSizes(
      view.getInt32(offset, true),
      view.getInt32(offset + 4, true),
      address,
      key,
      pointerSize,
      chunk,
    );
    this.size = chunk.size * unit;
    this.previous = chunk.previous * unit;
    // only a subsegment's first chunk has none before it, and nobody looks for that
    return chunk.size > 0 && chunk.previous > 0;
  }

  find(view: DataView, offset: number, end: number, base: number): number {
    const { unit, key, first, limit } = this;
    const wide = this.form.pointerSize === 8;
    let at = offset;
    for (; at < end; at += unit) {
      const address = base + at;
      const low = view.getInt32(at, true) ^ address ^ key.low;
      const size = wide ? low >>> 16 : (low >>> 1) & 0x7fff;
      if (size === 0 || address + size * unit > limit) continue;
      const high = wide ? view.getInt32(at + 4, true) ^ upper(address) ^ key.high : low >>> 16;
      const previous = wide ? high & 0xffff : high & 0x7fff;
      if (previous === 0 || address - previous * unit < first) continue;
      // Allocated is 0 or 1
      if (!wide || ((high >>> 16) & 0xff) <= 1) break;
    }
    return at;
  }
}

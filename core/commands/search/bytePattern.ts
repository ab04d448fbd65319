/** Bytes of a window that are looked at to learn which byte of the pattern is rare there. */
const SAMPLES = 1024;
/** Samples are this far apart at most: a prime, so that columns of a table do not hide from them. */
const STRIDE = 1021;
/** A byte in more than one of so many places is found no faster by a native scan than by skipping. */
const RARE = 64;

/** Where a pattern stands in a window. Returns false to stop. */
export type VisitOffset = (offset: number) => boolean;

/**
 * A run of bytes to look for. In each window the scan goes by the pattern's byte that is rarest there, which a native
 * search finds at the speed of memory; where all its bytes are frequent it skips by the last byte (Horspool, 1980).
 * Overlapping matches are all found.
 */
export class BytePattern {
  private readonly skips: Uint32Array;
  /** the distinct bytes of the pattern, each with its last place in it */
  private readonly distinct: ReadonlyMap<number, number>;

  constructor(readonly bytes: Uint8Array) {
    if (bytes.length === 0) throw new RangeError('a pattern has at least one byte');
    const last = bytes.length - 1;
    this.skips = new Uint32Array(256).fill(bytes.length);
    bytes.forEach((byte, i) => {
      if (i < last) this.skips[byte] = last - i;
    });
    this.distinct = new Map([...bytes].map((byte, i) => [byte, i]));
  }

  get length(): number {
    return this.bytes.length;
  }

  /** Visits the offsets of all matches in rising order; false if the visitor stopped. */
  visit(window: Uint8Array, found: VisitOffset): boolean {
    if (window.length < this.length) return true;
    const rare = this.rarest(window);
    return rare === undefined ? this.skipping(window, found) : this.byByte(window, rare, found);
  }

  /** Whether the pattern stands at an offset. */
  matches(window: Uint8Array, offset: number): boolean {
    const { bytes } = this;
    if (offset + bytes.length > window.length) return false;
    for (let i = 0; i < bytes.length; i++) if (window[offset + i] !== bytes[i]) return false;
    return true;
  }

  private rarest(window: Uint8Array): { byte: number; at: number } | undefined {
    const counts = new Uint16Array(256);
    const step = Math.max(1, Math.min(STRIDE, Math.floor(window.length / SAMPLES)));
    let samples = 0;
    for (let i = 0; i < window.length && samples < SAMPLES; i += step, samples++) {
      const byte = window[i] ?? 0;
      counts[byte] = (counts[byte] ?? 0) + 1;
    }
    let best: { byte: number; at: number } | undefined;
    let fewest = samples / RARE;
    for (const [byte, at] of this.distinct) {
      const count = counts[byte] ?? 0;
      if (count > fewest || (best && count === fewest)) continue;
      best = { byte, at };
      fewest = count;
    }
    // a pattern of one byte has nothing to skip by
    return best ?? (this.length === 1 ? { byte: this.bytes[0] ?? 0, at: 0 } : undefined);
  }

  private byByte(
    window: Uint8Array,
    { byte, at }: { byte: number; at: number },
    found: VisitOffset,
  ): boolean {
    const end = window.length - this.length + at;
    for (let i = window.indexOf(byte, at); i >= 0 && i <= end; i = window.indexOf(byte, i + 1)) {
      if (this.matches(window, i - at) && !found(i - at)) return false;
    }
    return true;
  }

  private skipping(window: Uint8Array, found: VisitOffset): boolean {
    const { bytes, skips } = this;
    const last = bytes.length - 1;
    const final = bytes[last];
    for (let end = last; end < window.length;) {
      const byte = window[end] ?? 0;
      if (byte === final && this.matches(window, end - last) && !found(end - last)) return false;
      end += skips[byte] ?? 1;
    }
    return true;
  }
}

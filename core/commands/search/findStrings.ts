import { decodeUtf16, decodeUtf8z } from '../../bytes/index.ts';
import type { Address, AddressRange, Memory } from '../../target/index.ts';
import type { Pace } from '../pace.ts';

/** A longer run of printable characters is given in pieces of so many. */
const PIECE = 1024;

/** 1 for the bytes that ASCII prints. */
const PRINTABLE = Uint8Array.from({ length: 256 }, (_, byte) => Number(byte >= 0x20 && byte < 0x7f));

export interface FoundString {
  readonly address: Address;
  readonly text: string;
}

/**
 * Runs of printable ASCII characters of at least `minLength`, in single bytes or in UTF-16 units that stand at even
 * distances from the range's start. Windows' character tables call far more UTF-16 units printable; of random bytes
 * nearly every second pair would be text then.
 */
export async function* findStrings(
  memory: Memory,
  range: AddressRange,
  wide: boolean,
  minLength: number,
  pace: Pace,
): AsyncGenerator<FoundString> {
  const runs = new RunFinder(wide ? 2 : 1, minLength);
  let done = 0;
  for (const { base, bytes } of memory.windows(range)) {
    yield* runs.next(bytes, base, wide && (base - range.start) % 2n !== 0n);
    done += bytes.length;
    if (pace.due()) await pace.rest({ done, what: 'bytes' });
  }
  yield* runs.end();
}

/** Finds runs window by window. A run that a window's end cuts goes on in the next, where that follows at once. */
class RunFinder {
  /** the run that touches the end of the last window, and where it began */
  private open: Uint8Array = new Uint8Array(0);
  private openAt: Address = 0n;
  private expected: Address | undefined;

  constructor(
    private readonly unit: 1 | 2,
    private readonly minLength: number,
  ) {}

  /** `odd`: the first byte is the second half of a unit. */
  *next(window: Uint8Array, base: Address, odd: boolean): Generator<FoundString> {
    let [bytes, start] = [window, base];
    if (base !== this.expected) yield* this.end();
    if (this.open.length > 0) {
      bytes = new Uint8Array(this.open.length + window.length);
      bytes.set(this.open);
      bytes.set(window, this.open.length);
      start = this.openAt;
    }
    const first = this.open.length === 0 && odd ? 1 : 0;
    this.expected = base + BigInt(window.length);
    const from = yield* this.runs(bytes, start, first);
    this.open = bytes.slice(from);
    this.openAt = start + BigInt(from);
  }

  /** What is open ends here. */
  *end(): Generator<FoundString> {
    const { open, openAt } = this;
    this.open = new Uint8Array(0);
    // half a unit may be left behind the last whole one
    if (Math.floor(open.length / this.unit) >= this.minLength)
      yield { address: openAt, text: this.text(open) };
  }

  /** Gives the runs that end in a window; the offset from which the rest is open. */
  private *runs(bytes: Uint8Array, base: Address, first: number): Generator<FoundString, number> {
    const { unit, minLength } = this;
    const last = bytes.length - unit;
    for (let at = first; at <= last;) {
      if (!PRINTABLE[bytes[at] ?? 0] || (unit === 2 && bytes[at + 1] !== 0)) {
        at += unit;
        continue;
      }
      let end = at + unit;
      const limit = at + PIECE * unit;
      while (end <= last && end < limit && PRINTABLE[bytes[end] ?? 0] && (unit === 1 || bytes[end + 1] === 0))
        end += unit;
      if (end > last && end < limit) return at;
      if (end - at >= minLength * unit)
        yield { address: base + BigInt(at), text: this.text(bytes.subarray(at, end)) };
      at = end;
    }
    const whole = Math.max(0, Math.floor((bytes.length - first) / unit)) * unit;
    return Math.min(bytes.length, first + whole);
  }

  private text(bytes: Uint8Array): string {
    return this.unit === 2 ? decodeUtf16(bytes) : decodeUtf8z(bytes);
  }
}

import type { ByteSource } from '../../bytes/index.ts';

/** Bytes read at a time. */
const CHUNK = 1024 * 1024;
/** A line of more chunks ends the file: nothing that writes .sym files makes such. */
const CHUNKS_OF_LINE = 16;

const LF = 10;
const CR = 13;

/** One line: bytes from `start` to `end` without its end, and where it begins in the file. */
export type LineVisitor = (
  bytes: Uint8Array,
  start: number,
  end: number,
  offset: number,
) => boolean | undefined;

/**
 * Goes through the lines of a text from an offset on, in chunks. The bytes are only lent. Stops where `visit` gives
 * false.
 */
export function visitLines(source: ByteSource, from: number, visit: LineVisitor, chunk = CHUNK): void {
  let offset = from;
  let rest: Uint8Array = new Uint8Array(0);
  for (;;) {
    const fresh = source.read(offset + rest.length, chunk);
    const bytes = rest.length ? concatenate(rest, fresh) : fresh;
    const last = fresh.length === 0;
    let start = 0;
    for (;;) {
      let end = bytes.indexOf(LF, start);
      if (end < 0) {
        if (!last || start >= bytes.length) break;
        end = bytes.length;
      }
      const trimmed = end > start && bytes[end - 1] === CR ? end - 1 : end;
      if (visit(bytes, start, trimmed, offset + start) === false) return;
      start = end + 1;
    }
    if (last || bytes.length - start > CHUNKS_OF_LINE * chunk) return;
    rest = bytes.subarray(Math.min(start, bytes.length));
    offset += Math.min(start, bytes.length);
  }
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

/** Reads the fields of one line: words between blanks, numbers as their digits say. */
export class Fields {
  private at = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private end = 0;

  over(bytes: Uint8Array, start: number, end: number): this {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    return this;
  }

  /** Goes past a word if it is the next one. */
  word(word: string): boolean {
    const after = this.at + word.length;
    if (after > this.end || (after < this.end && this.bytes[after] !== 32)) return false;
    for (let i = 0; i < word.length; i++) {
      if (this.bytes[this.at + i] !== word.charCodeAt(i)) return false;
    }
    this.at = after;
    this.blanks();
    return true;
  }

  /** A hexadecimal number of at most 32 bits, NaN where there is none. */
  hex(): number {
    let value = 0;
    const start = this.at;
    for (; this.at < this.end; this.at++) {
      const digit = hexDigit(this.bytes[this.at] ?? 0);
      if (digit < 0) break;
      value = value * 16 + digit;
    }
    return this.number(value, start);
  }

  /** A decimal number of at most 32 bits, NaN where there is none. */
  decimal(): number {
    let value = 0;
    const start = this.at;
    for (; this.at < this.end; this.at++) {
      const digit = (this.bytes[this.at] ?? 0) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
    }
    return this.number(value, start);
  }

  /** Where the rest of the line begins. */
  get restStart(): number {
    return this.at;
  }

  get atEnd(): boolean {
    return this.at >= this.end;
  }

  /** The rest of the line as text. */
  rest(): string {
    return new TextDecoder().decode(this.bytes.subarray(this.at, this.end));
  }

  private number(value: number, start: number): number {
    const whole = this.at > start && (this.at === this.end || this.bytes[this.at] === 32);
    this.blanks();
    return whole && value <= 0xffff_ffff ? value : NaN;
  }

  private blanks(): void {
    while (this.at < this.end && this.bytes[this.at] === 32) this.at++;
  }
}

function hexDigit(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  if (c >= 97 && c <= 102) return c - 87;
  if (c >= 65 && c <= 70) return c - 55;
  return -1;
}

/** Thrown where a text is no decorated name: undecorate() answers with the text as it came. */
export class NotDecorated extends Error {}

/** Nested types, templates and scopes: real names stay far below, and the stack of the host far above. */
const DEPTH_LIMIT = 128;
/** Characters of undecorated text. Back references let a short name stand for an enormous one. */
const TEXT_LIMIT = 0x10000;

const DIGIT_0 = 48;
const LETTER_A = 65;

/** A decorated name and how far it is read. Everything that can grow without bound is bounded here. */
export class DecoratedText {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  get position(): number {
    return this.at;
  }

  /** The character `ahead` of the next one, '' past the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  next(): string {
    if (this.atEnd) this.fail();
    return this.text.charAt(this.at++);
  }

  /** Goes past `expected` if it is next. */
  take(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  /** The text up to a character, which is gone past. */
  until(character: string): string {
    const end = this.text.indexOf(character, this.at);
    if (end < 0) this.fail();
    const part = this.text.slice(this.at, end);
    this.at = end + 1;
    return part;
  }

  /** The digit that is next, gone past; undefined where none is. */
  digit(): number | undefined {
    const value = this.text.charCodeAt(this.at) - DIGIT_0;
    if (!(value >= 0 && value <= 9)) return undefined;
    this.at++;
    return value;
  }

  /**
   * A number: a digit stands for one more than itself, letters A to P are hexadecimal digits up to `@`, `?` before it
   * negates. 64 bits at most.
   */
  number(): bigint {
    const negative = this.take('?');
    const digit = this.digit();
    if (digit !== undefined) return negative ? BigInt(-digit - 1) : BigInt(digit + 1);
    const letters = this.until('@');
    if (letters.length === 0 || letters.length > 16) this.fail();
    let value = 0n;
    for (let i = 0; i < letters.length; i++) {
      const nibble = letters.charCodeAt(i) - LETTER_A;
      if (nibble < 0 || nibble > 15) this.fail();
      value = value * 16n + BigInt(nibble);
    }
    return negative ? -value : value;
  }

  /** Runs one more level of the grammar. */
  nested(parse: () => string): string {
    if (++this.depth > DEPTH_LIMIT) this.fail();
    const text = parse();
    this.depth--;
    return this.bounded(text);
  }

  /** `text`, if it is not too long to go on with. Lists ask for each item: any of them can be a back reference. */
  bounded(text: string): string {
    if (text.length > TEXT_LIMIT) this.fail();
    return text;
  }

  fail(): never {
    throw new NotDecorated();
  }
}

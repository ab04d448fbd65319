import { fault, type Fault } from './fault.ts';
import { MAX_DEPTH } from './expression.ts';
import type { UsageError } from '../errors/index.ts';

const U64_LIMIT = 1n << 64n;
const BLANK = /[ \t\r\n]/;

/**
 * A place in an expression's text. Tokens are recognised where a parser stands, not before: what follows an
 * expression may be anything (a range, a command block), and the same word is a number here and an operator there.
 */
export class Scanner {
  /** offset of the token that was read last */
  last = 0;
  depth = 0;
  /** template argument lists that were looked for: each costs a walk over the text behind it */
  templates = 0;

  constructor(
    readonly text: string,
    public at = 0,
  ) {}

  skipBlanks(): void {
    while (this.at < this.text.length && BLANK.test(this.text.charAt(this.at))) this.at++;
  }

  /** The character here, or '' at the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  /** The match of a sticky expression here, without moving. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text) ?? undefined;
  }

  /** Moves over a token of `length` characters. */
  take(length: number): void {
    this.last = this.at;
    this.at += length;
  }

  /** Moves over `token` where it stands here, after blanks. */
  accept(token: string): boolean {
    this.skipBlanks();
    if (!this.text.startsWith(token, this.at)) return false;
    this.take(token.length);
    return true;
  }

  /** Runs `read` one level deeper; refuses what is nested beyond reason. */
  nested<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw this.fault('Overflow error at');
    const result = read();
    this.depth--;
    return result;
  }

  /** A number from its digits, without accents; must fit in 64 bits. */
  number(digits: string, radix: number): bigint {
    const text = digits.replaceAll('`', '');
    // 64 binary digits are the longest number there is; leading zeros beyond that are not worth a 64 K conversion
    const significant = text.replace(/^0+/, '');
    if (significant.length > 64) throw fault('Overflow error at', this.text, this.last);
    let value = 0n;
    for (const c of significant) value = value * BigInt(radix) + BigInt(parseInt(c, radix));
    if (value >= U64_LIMIT) throw fault('Overflow error at', this.text, this.last);
    return value;
  }

  /** An error at the character here. */
  fault(kind: Fault): UsageError {
    return fault(kind, this.text, this.at);
  }
}

/**
 * WinDbg's string wildcards (debuggercmds/string-wildcard-syntax.md of the debugger's documentation), case ignored:
 * `*` any text, `?` one character, `[ac-f]` one of a set, `#` any number of the character or set before it, `+` one or
 * more of it, `\` takes the next character as it is. In symbol names a leading `_` stands for any number of
 * underscores, none included.
 *
 * Patterns come from people and names from hostile files, so nothing here backtracks: a test costs at most
 * text length times pattern length.
 */

/** A compiled pattern. */
export interface Wildcard {
  readonly pattern: string;
  /** The text it stands for, lower case, where it has no wildcards: look it up instead of scanning. */
  readonly literal: string | undefined;
  /** What every match starts with, lower case. */
  readonly prefix: string;
  test(text: string): boolean;
}

interface WildcardOptions {
  /** The pattern is a symbol's name: a leading `_` matches any number of underscores. */
  readonly symbol?: boolean;
  /** Case counts: `.symopt-1`. `literal` and `prefix` are then in the pattern's own case. */
  readonly caseSensitive?: boolean;
}

type Fold = (text: string) => string;

/** What one position of the pattern takes: a character (lower case), any character, or one of a set. */
type One = { readonly char: string } | { readonly set: readonly (readonly [number, number])[] } | 'any';

interface Part {
  readonly one: One;
  readonly repeat: 'once' | 'any' | 'some';
}

/** Longer patterns are cut: no symbol name comes near this. */
const PATTERN_LIMIT = 4096;

/** Compiles a pattern. Every text is a pattern: an unclosed `[` and a leading `#` or `+` stand for themselves. */
export function compileWildcard(pattern: string, options: WildcardOptions = {}): Wildcard {
  const fold: Fold = options.caseSensitive ? (text) => text : (text) => text.toLowerCase();
  const parts = parse(fold(pattern.slice(0, PATTERN_LIMIT)), options.symbol ?? false);
  const prefix = literalPrefix(parts);
  const literal = prefix.count === parts.length ? prefix.text : undefined;
  return { pattern, literal, prefix: prefix.text, test: tester(parts, literal, fold) };
}

/** Whether a pattern has wildcards; escaped characters are none. */
export function hasWildcards(pattern: string): boolean {
  return compileWildcard(pattern).literal === undefined;
}

/** `text` as a pattern that matches it alone, case ignored: C++ names hold `*`, `[]` and `+`. */
export function escapeWildcards(text: string): string {
  return text.replace(/[\\#?[\]*+]/g, '\\$&');
}

function parse(pattern: string, symbol: boolean): Part[] {
  const parts: Part[] = [];
  let at = 0;
  if (symbol && /^_(?![#+])/.test(pattern)) {
    parts.push({ one: { char: '_' }, repeat: 'any' });
    at = 1;
  }
  while (at < pattern.length) {
    const c = pattern.charAt(at);
    let one: One;
    if (c === '*') {
      at++;
      // neighbouring stars are one
      const last = parts.at(-1);
      if (!last || last.one !== 'any' || last.repeat !== 'any') parts.push({ one: 'any', repeat: 'any' });
      continue;
    }
    const set = c === '[' ? parseSet(pattern, at) : undefined;
    if (set) {
      one = { set: set.ranges };
      at = set.next;
    } else if (c === '\\' && at + 1 < pattern.length) {
      one = { char: pattern.charAt(at + 1) };
      at += 2;
    } else {
      one = c === '?' ? 'any' : { char: c };
      at++;
    }
    const quantifier = pattern.charAt(at);
    const repeat = quantifier === '#' ? 'any' : quantifier === '+' ? 'some' : 'once';
    if (repeat !== 'once') at++;
    parts.push({ one, repeat });
  }
  return parts;
}

function parseSet(
  pattern: string,
  open: number,
): { ranges: readonly (readonly [number, number])[]; next: number } | undefined {
  const close = pattern.indexOf(']', open + 2);
  if (close < 0) return undefined;
  const body = pattern.slice(open + 1, close);
  const ranges: [number, number][] = [];
  for (let i = 0; i < body.length; i++) {
    const low = body.charCodeAt(i);
    if (body.charAt(i + 1) === '-' && i + 2 < body.length) {
      ranges.push([low, body.charCodeAt(i + 2)]);
      i += 2;
    } else {
      ranges.push([low, low]);
    }
  }
  return { ranges, next: close + 1 };
}

function literalPrefix(parts: readonly Part[]): { text: string; count: number } {
  let text = '';
  let count = 0;
  for (const { one, repeat } of parts) {
    if (repeat !== 'once' || one === 'any' || 'set' in one) break;
    text += one.char;
    count++;
  }
  return { text, count };
}

function tester(parts: readonly Part[], literal: string | undefined, fold: Fold): (text: string) => boolean {
  if (literal !== undefined) return (text) => fold(text) === literal;
  const segments = starSegments(parts);
  if (segments) return (text) => matchSegments(segments, fold(text));
  return (text) => simulate(parts, fold(text));
}

/** The literal texts between stars, where the pattern consists of those alone: nearly every pattern people type. */
function starSegments(parts: readonly Part[]): string[] | undefined {
  const segments = [''];
  for (const { one, repeat } of parts) {
    if (one === 'any' && repeat === 'any') {
      segments.push('');
    } else if (repeat === 'once' && one !== 'any' && 'char' in one) {
      segments.push((segments.pop() ?? '') + one.char);
    } else {
      return undefined;
    }
  }
  return segments;
}

function matchSegments(segments: readonly string[], text: string): boolean {
  const first = segments[0] ?? '';
  const last = segments.at(-1) ?? '';
  if (text.length < first.length + last.length) return false;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (let i = 1; i < segments.length - 1; i++) {
    const segment = segments[i] ?? '';
    const found = text.indexOf(segment, at);
    if (found < 0 || found + segment.length > end) return false;
    at = found + segment.length;
  }
  return at <= end;
}

/** All positions of the pattern that may come next are followed at once, so no text makes it slow. */
function simulate(parts: readonly Part[], text: string): boolean {
  let now = new Uint8Array(parts.length + 1);
  let then = new Uint8Array(parts.length + 1);
  now[0] = 1;
  skipOptional(parts, now);
  for (let i = 0; i < text.length; i++) {
    then.fill(0);
    const code = text.charCodeAt(i);
    let alive = false;
    for (let p = 0; p < parts.length; p++) {
      const part = parts[p];
      if (!now[p] || !part || !takes(part.one, code)) continue;
      alive = true;
      // one that repeats stays where it is; 'some' moves on as well, since one is enough
      if (part.repeat !== 'once') then[p] = 1;
      if (part.repeat !== 'any') then[p + 1] = 1;
    }
    if (!alive) return false;
    skipOptional(parts, then);
    [now, then] = [then, now];
  }
  return now[parts.length] === 1;
}

function skipOptional(parts: readonly Part[], active: Uint8Array): void {
  for (let p = 0; p < parts.length; p++) if (active[p] && parts[p]?.repeat === 'any') active[p + 1] = 1;
}

function takes(one: One, code: number): boolean {
  if (one === 'any') return true;
  if ('char' in one) return one.char.charCodeAt(0) === code;
  return one.set.some(([low, high]) => code >= low && code <= high);
}

import { UsageError } from '../../errors/index.ts';
import type { Evaluator } from '../../eval/index.ts';
import type { Address, AddressRange } from '../../target/index.ts';
import { textPattern, valuePattern } from './patternText.ts';

/** What is looked for: bytes by a type, any printable text, or objects of a class. */
export type Sought =
  | { readonly kind: 'bytes'; readonly type: PatternType; readonly bytes: Uint8Array }
  | { readonly kind: 'strings'; readonly wide: boolean }
  | { readonly kind: 'objects'; readonly like: Address };

export type PatternType = 'b' | 'w' | 'd' | 'q' | 'a' | 'u';

/** Where it is looked for: a range, or what the program has from all its heaps or from one. */
export type SearchPlace =
  | { readonly kind: 'range'; readonly range: AddressRange }
  | { readonly kind: 'heaps'; readonly heap: string | undefined };

/** A search as it was typed. */
export interface SearchRequest {
  readonly place: SearchPlace;
  readonly sought: Sought;
  /** `s`: keep the hits; `r`: look at those that were kept, not at the range */
  readonly save: boolean;
  readonly restrict: boolean;
  /** `n Hits`: how many are kept */
  readonly keep: number;
  /** `l Length`: characters that a string has at least */
  readonly minLength: number;
  /** `w`: writeable memory only */
  readonly writeable: boolean;
  /** `1`: addresses alone */
  readonly addressesOnly: boolean;
}

/** Defaults and forms of s--search-memory-.md. */
const DEFAULT_KEEP = 1024;
const DEFAULT_LENGTH = 3;
/** What a person asks to keep stays in memory. */
const MAX_KEEP = 1_000_000;
/** Bytes searched where an address has no length: as much as d* shows. */
const DEFAULT_BYTES = 128;

/** `-heap`, or `-heap 00340000` with a type behind it. */
const HEAP = /^-\s*heap(?=\s|$)\s*/i;
const OPTIONS = /^-\s*(?:\[([^\]]*)\])?(sa|su|[bwdqauv])(?=\s|$)\s*/;
const FLAGS = /s|r|w|1|n\s*([^\s\]]+)$|l\s*(\d+)/y;

/** Bytes of one value of a pattern. */
export const UNITS: Readonly<Record<PatternType, 1 | 2 | 4 | 8>> = { b: 1, w: 2, d: 4, q: 8, a: 1, u: 1 };

/**
 * Reads the arguments of s: `[-[Flags]Type] Range Pattern` or `-heap [Heap] -[Flags]Type Pattern`. Throws `UsageError`.
 */
export function readSearchRequest(args: string, evaluator: Evaluator): SearchRequest {
  const heaps = HEAP.exec(args);
  if (heaps) return readHeapSearch(args.slice(heaps[0].length), evaluator);
  const { type, flags, rest } = readOptions(args);
  if (rest === '') throw new UsageError('s [-[Flags]Type] Range Pattern: no range was given');
  // lengths count bytes for every type, as the documentation's example with -d has it
  const range = evaluator.range(rest, 1, DEFAULT_BYTES);
  return { place: { kind: 'range', range }, sought: readSought(type, range.rest, evaluator), ...flags };
}

/** The type has to be given: without it the first value of a pattern could not be told from a heap. */
function readHeapSearch(args: string, evaluator: Evaluator): SearchRequest {
  const at = [...args.matchAll(/(?:^|(?<=\s))-/g)].find(({ index }) =>
    OPTIONS.test(args.slice(index)),
  )?.index;
  if (at === undefined)
    throw new UsageError(`s -heap [Heap] -[Flags]Type Pattern: no type was given in '${args}'`, 'syntax');
  const { type, flags, rest } = readOptions(args.slice(at));
  const heap = args.slice(0, at).trim();
  return {
    place: { kind: 'heaps', heap: heap === '' ? undefined : heap },
    sought: readSought(type, rest, evaluator),
    ...flags,
  };
}

function readSought(type: PatternType | 'sa' | 'su' | 'v', text: string, evaluator: Evaluator): Sought {
  if (type === 'sa' || type === 'su') {
    if (text !== '') throw new UsageError(`Extra character error in '${text}'`, 'syntax');
    return { kind: 'strings', wide: type === 'su' };
  }
  if (text === '') throw new UsageError('s needs something to search for');
  if (type === 'v') return { kind: 'objects', like: evaluator.address(text) };
  const bytes =
    type === 'a' || type === 'u'
      ? textPattern(text, type === 'u')
      : valuePattern(text, UNITS[type], (rest) => evaluator.evaluatePrefix(rest));
  return { kind: 'bytes', type, bytes };
}

type Flags = Omit<SearchRequest, 'place' | 'sought'>;

function readOptions(args: string): { type: PatternType | 'sa' | 'su' | 'v'; flags: Flags; rest: string } {
  const found = OPTIONS.exec(args);
  if (!found) {
    if (args.startsWith('-')) {
      throw new UsageError(
        `s takes -[Flags]Type with b, w, d, q, a, u, v, sa or su, not '${args}'`,
        'syntax',
      );
    }
    return { type: 'b', flags: readFlags(''), rest: args };
  }
  const type = found[2] as PatternType | 'sa' | 'su' | 'v';
  return { type, flags: readFlags(found[1] ?? ''), rest: args.slice(found[0].length) };
}

function readFlags(text: string): Flags {
  let [keep, minLength] = [DEFAULT_KEEP, DEFAULT_LENGTH];
  const letters = new Set<string>();
  for (let at = 0; at < text.length;) {
    FLAGS.lastIndex = at;
    const found = FLAGS.exec(text);
    if (!found)
      throw new UsageError(`s has the flags s, r, n, l, w and 1, not '${text.slice(at)}'`, 'syntax');
    letters.add(found[0].charAt(0));
    if (found[1] !== undefined) keep = decimal(found[1], MAX_KEEP);
    if (found[2] !== undefined) minLength = decimal(found[2], 0xffff);
    at += found[0].length;
  }
  const [save, restrict] = [letters.has('s'), letters.has('r')];
  if (save && restrict) throw new UsageError('s takes the flags s and r one at a time', 'syntax');
  return {
    save,
    restrict,
    keep,
    minLength,
    writeable: letters.has('w'),
    addressesOnly: letters.has('1'),
  };
}

function decimal(text: string, most: number): number {
  const value = Number(text.replace(/^0n/, ''));
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new UsageError(`'${text}' is not a number from 1 to ${most}`, 'syntax');
  return value;
}

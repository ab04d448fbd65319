import { UsageError } from '../../../errors/index.ts';
import { endOfQuotes } from '../../../script/index.ts';

/** What .printf is given, taken apart once. */
export interface PrintfFormat {
  readonly dml: boolean;
  /** of /od /oD /oe /on /op /oP /os /ov /ow: the letter */
  readonly messageClass?: string;
  readonly pieces: readonly Piece[];
  /** expressions, one for each conversion */
  readonly args: readonly string[];
}

export type Piece = string | Conversion;

export interface Conversion {
  /** `d`, `p`, `ma`, `ly`… */
  readonly kind: string;
  /** characters of `-+ #0` */
  readonly flags: string;
  readonly width: number;
  readonly precision?: number;
  /** bits of a whole number; 64 for `I64`, `ll` */
  readonly bits: 16 | 32 | 64;
  /** `l`: a double where a single is meant without it */
  readonly long: boolean;
  readonly text: string;
}

/** Wider columns are a slip of the pen, and a way to fill memory. */
const MAX_WIDTH = 4096;

const OPTION = /^\/(D|o[dDenpPsvw])\s*/;
const CONVERSION =
  /%(?:%|([-+ #0]*)(\d*)(?:\.(\d*))?(msa|msu|ma|mu|ly|y|p|N|(?:(I64|I32|I|ll|l|hh|h|w)?([diuoxXcCsSeEfgG]))|I))/g;

/** Reads `[/D] [Option] "FormatString" [, Argument , ...]`. Throws `UsageError` for what is none. */
export function parsePrintf(text: string): PrintfFormat {
  let rest = text.trim();
  let dml = false;
  let messageClass: string | undefined;
  for (let found = OPTION.exec(rest); found; found = OPTION.exec(rest)) {
    if (found[1] === 'D') dml = true;
    else messageClass = found[1]?.slice(1);
    rest = rest.slice(found[0].length);
  }
  const end = rest.startsWith('"') ? endOfQuotes(rest, 0) : 0;
  if (end === 0) throw new UsageError(`.printf takes a text in quotation marks, not '${rest}'`, 'syntax');
  const pieces = piecesOf(unescaped(rest.slice(1, end)));
  const wanted = pieces.filter((piece) => typeof piece !== 'string').length;
  const args = argumentsOf(rest.slice(end + 1));
  if (args.length < wanted) throw new UsageError("Numeric expression missing from '<EOL>'", 'syntax');
  return { dml, messageClass, pieces, args: args.slice(0, wanted) };
}

function piecesOf(format: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of format.matchAll(CONVERSION)) {
    if (found.index > at) pieces.push(format.slice(at, found.index));
    at = found.index + found[0].length;
    pieces.push(found[0] === '%%' ? '%' : conversionOf(found));
  }
  if (at < format.length) pieces.push(format.slice(at));
  return pieces;
}

function conversionOf(found: RegExpMatchArray): Conversion {
  const [text, flags = '', width = '', precision, special = '', size = '', kind] = found;
  return {
    kind: kind ?? special,
    flags,
    width: bounded(width),
    ...(precision !== undefined && { precision: bounded(precision) }),
    bits: size === 'I64' || size === 'll' || size === 'I' ? 64 : size.startsWith('h') ? 16 : 32,
    long: size === 'l' || size === 'I64' || size === 'll',
    text,
  };
}

function bounded(digits: string): number {
  const value = Number(digits);
  if (value > MAX_WIDTH) throw new UsageError(`.printf: ${digits} is wider than ${MAX_WIDTH} characters`);
  return value;
}

/** What stands between the commas behind the format: those in brackets and quotes belong to an argument. */
function argumentsOf(text: string): string[] {
  const rest = text.trim();
  if (rest === '') return [];
  if (!rest.startsWith(',')) throw new UsageError(`Extra character error in '${rest}'`, 'syntax');
  const args: string[] = [];
  let depth = 0;
  let from = 1;
  for (let i = 1; i <= rest.length; i++) {
    const c = rest[i];
    if (c === '"') i = endOfQuotes(rest, i);
    else if (c === '(' || c === '[') depth++;
    else if (c === ')' || c === ']') depth--;
    else if (i === rest.length || (c === ',' && depth <= 0)) {
      args.push(rest.slice(from, i).trim());
      from = i + 1;
    }
  }
  return args;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  a: '\x07',
  f: '\f',
  v: '\v',
};

function unescaped(text: string): string {
  return text.replace(
    /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|([^]))/g,
    (_, octal?: string, hex?: string, c?: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return ESCAPES[c ?? ''] ?? c ?? '';
    },
  );
}

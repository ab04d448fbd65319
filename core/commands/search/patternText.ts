import { UsageError } from '../../errors/index.ts';

/** A pattern longer than this is a slip: the command line would be as long. */
const MAX_PATTERN = 0x10000;
const QUOTED = /^(?:'([^']*)'|"([^"]*)")\s*/;

/**
 * The bytes of a list of values, each `unit` bytes, little endian. Values are expressions; `'H'` is a character, and in
 * a value of several bytes `'VUTS'` has its first character in the highest of them (s--search-memory-.md); a list of
 * bytes takes quoted text as its characters in order.
 */
export function valuePattern(
  text: string,
  unit: 1 | 2 | 4 | 8,
  evaluatePrefix: (text: string) => { readonly value: bigint; readonly rest: string },
): Uint8Array {
  const values: bigint[] = [];
  for (let rest = text; rest !== '';) {
    if (values.length * unit >= MAX_PATTERN)
      throw new UsageError(`a pattern has at most ${MAX_PATTERN} bytes`);
    const quoted = QUOTED.exec(rest);
    if (quoted) {
      values.push(...quotedValues(quoted[1] ?? quoted[2] ?? '', unit));
      rest = rest.slice(quoted[0].length);
      continue;
    }
    const { value, rest: after } = evaluatePrefix(rest);
    const bits = BigInt(unit * 8);
    if (value >= 1n << bits || value < -(1n << (bits - 1n)))
      throw new UsageError(`Overflow error in '${rest}'`, 'syntax');
    values.push(value);
    rest = after;
  }
  const bytes = new Uint8Array(values.length * unit);
  values.forEach((value, i) => {
    for (let b = 0; b < unit; b++) bytes[i * unit + b] = Number((value >> BigInt(8 * b)) & 0xffn);
  });
  return bytes;
}

function quotedValues(text: string, unit: number): bigint[] {
  const characters = [...text].map((c) => singleByte(c));
  if (characters.length === 0) throw new UsageError('a quoted pattern is empty', 'syntax');
  if (unit === 1) return characters.map(BigInt);
  if (characters.length > unit) throw new UsageError(`Overflow error in '${text}'`, 'syntax');
  return [characters.reduce((value, c) => (value << 8n) | BigInt(c), 0n)];
}

/** The bytes of a text to look for: as it stands between its quotes, or unquoted to the end of the line. */
export function textPattern(text: string, wide: boolean): Uint8Array {
  const closed = /^"(.*)"\s*$/s.exec(text);
  const plain = closed?.[1] ?? text;
  if (plain === '') throw new UsageError('the text to search for is empty');
  if (plain.length > MAX_PATTERN) throw new UsageError(`a pattern has at most ${MAX_PATTERN} bytes`);
  if (!wide) return Uint8Array.from(plain, (c) => singleByte(c));
  const bytes = new Uint8Array(plain.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < plain.length; i++) view.setUint16(2 * i, plain.charCodeAt(i), true);
  return bytes;
}

/** ISO 8859-1, as ANSI text without its code page is read elsewhere. */
function singleByte(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code > 0xff) {
    throw new UsageError(
      `'${character}' has no single byte without the process' code page: search with -u or -b`,
    );
  }
  return code;
}

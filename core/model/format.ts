/** How values are written: what stands behind an expression of dx or NatVis, `,x` or `,su`. */
export interface Format {
  /** `x`, `d`, `o`, `b`; without one signed numbers are decimal and others hexadecimal */
  readonly radix?: Radix;
  /** `c`: a character, and no text behind a pointer */
  readonly character?: boolean;
  /** `en`: enumerators by name alone */
  readonly nameOnly?: boolean;
  /** texts of one byte a character, of UTF-8, of two bytes; the bare ones stand without quotation marks */
  readonly text?: { readonly width: 1 | 2 | 4; readonly utf8?: boolean; readonly bare: boolean };
  /** `!`: as C++ has it, without visualizers */
  readonly raw?: boolean;
  /** `na`: a pointer without its address */
  readonly noAddress?: boolean;
  /** `nd`: by the static type, not by the object's own class */
  readonly noDerived?: boolean;
  /** `5`, `[n]`: elements behind a pointer or of a container */
  readonly count?: number;
  /** `view(name)`: the view of a visualizer */
  readonly view?: string;
}

export type Radix = 'x' | 'd' | 'o' | 'b';

const NO_COUNT = /^\d{1,9}$/;
const VIEW = /^view\((\w+)\)$/;

/** Specifiers as dx's page lists them, and those of Visual Studio that NatVis files use ("Format specifiers in C++"). */
const SPECIFIERS: Readonly<Record<string, Format>> = {
  x: { radix: 'x' },
  X: { radix: 'x' },
  h: { radix: 'x' },
  H: { radix: 'x' },
  xb: { radix: 'x' },
  d: { radix: 'd' },
  i: { radix: 'd' },
  u: { radix: 'd' },
  o: { radix: 'o' },
  b: { radix: 'b' },
  c: { character: true },
  wc: { character: true },
  en: { nameOnly: true },
  s: { text: { width: 1, bare: false } },
  sb: { text: { width: 1, bare: true } },
  s8: { text: { width: 1, utf8: true, bare: false } },
  s8b: { text: { width: 1, utf8: true, bare: true } },
  su: { text: { width: 2, bare: false } },
  sub: { text: { width: 2, bare: true } },
  bstr: { text: { width: 2, bare: false } },
  s32: { text: { width: 4, bare: false } },
  s32b: { text: { width: 4, bare: true } },
  na: { noAddress: true },
  nd: { noDerived: true },
  '!': { raw: true },
  nr: {},
  nvo: {},
  hr: { radix: 'x' },
};

/** What one specifier says; undefined for a word that is none. */
export function formatOf(specifier: string): Format | undefined {
  const word = specifier.trim();
  if (Object.hasOwn(SPECIFIERS, word)) return SPECIFIERS[word];
  if (NO_COUNT.test(word)) return { count: Number(word) };
  const view = VIEW.exec(word)?.[1];
  return view === undefined ? undefined : { view };
}

/** Specifiers at the end of an expression, each behind a comma; `[n]` comes back as the expression that it is. */
export function splitSpecifiers(rest: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const c of rest.trim()) {
    if (c === '[' || c === '(') depth++;
    if (c === ']' || c === ')') depth--;
    if (c === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += c;
  }
  parts.push(part);
  return parts.map((text) => text.trim()).filter((text) => text !== '');
}

import type { Scanner } from './scanner.ts';

const PLAIN = /"((?:[^"\\]|\\[^])*)"/y;
const LITERAL = /@"([^"]*)"/y;
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  a: '\x07',
  f: '\f',
  v: '\v',
};

/**
 * A text in an argument list: `"…"` with C's escapes, `@"…"` as it stands (---evaluate-expression-.md). Undefined
 * where there is none or it is not closed.
 */
export function textArgument(s: Scanner): { readonly kind: 'text'; readonly text: string } | undefined {
  s.skipBlanks();
  const literal = s.match(LITERAL);
  if (literal) {
    s.take(literal[0].length);
    return { kind: 'text', text: literal[1] ?? '' };
  }
  const plain = s.match(PLAIN);
  if (!plain) return undefined;
  s.take(plain[0].length);
  return { kind: 'text', text: unescaped(plain[1] ?? '') };
}

function unescaped(text: string): string {
  return text.replace(/\\(?:([0-7]{1,3})|([^]))/g, (_, octal: string | undefined, c: string | undefined) =>
    octal !== undefined ? String.fromCharCode(parseInt(octal, 8) & 0xff) : (ESCAPES[c ?? ''] ?? c ?? ''),
  );
}

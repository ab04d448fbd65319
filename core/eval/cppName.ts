import { OPERATOR_TAIL, templateLength } from './nameLength.ts';
import type { Scanner } from './scanner.ts';
import { spelledType, TYPE_WORDS } from './cppTypes.ts';
import type { TypeName } from './cppTree.ts';

const MODULE = /(?:\$|[A-Za-z_][\w$.]*)!(?!=)/y;
const QUOTED_SYMBOL = /@!"([^"]*)"/y;
const WORD = /~?[A-Za-z_$][\w$]*/y;
/** `` `anonymous namespace' `` */
const QUOTED = /`[^`'!]{0,512}'/y;
const BLANKS = /[ \t]*/y;
const TAGS: ReadonlySet<string> = new Set(['struct', 'class', 'union', 'enum']);
const QUALIFIERS: ReadonlySet<string> = new Set(['const', 'volatile', '__unaligned', '__ptr32', '__ptr64']);
const DIMENSION = /\[\s*(0x[0-9a-f]+|\d+)\s*\]/iy;
/** No type has more stars or dimensions that a person meant. */
const MAX_PARTS = 16;
/** Names of one expression that are looked at for template arguments. */
const MAX_TEMPLATES = 256;

/**
 * Reads the name that begins here: `x`, `m!x`, `$!x`, `::x`, `A::b`, `@!"m!f<int>"`. Undefined where none does. As a
 * type (`asType`) it may end in template arguments; elsewhere they count only behind a module or before a scope,
 * because `<` also compares.
 */
export function cppName(s: Scanner, asType: boolean): string | undefined {
  const quoted = s.match(QUOTED_SYMBOL);
  if (quoted) {
    s.take(quoted[0].length);
    return quoted[1];
  }
  const { text, at: start } = s;
  const module = s.match(MODULE)?.[0] ?? '';
  let at = start + module.length;
  if (text.startsWith('::', at)) at += 2;
  for (;;) {
    const piece = lengthOf(WORD, text, at) || lengthOf(QUOTED, text, at);
    if (piece === 0) return undefined;
    const isOperator = module !== '' && text.slice(at, at + piece) === 'operator';
    at += piece;
    if (isOperator) at += lengthOf(OPERATOR_TAIL, text, at);
    const template = s.templates++ < MAX_TEMPLATES ? templateLength(text, at) : 0;
    const scoped = template > 0 && text.startsWith('::', at + template);
    if (template > 0 && (asType || module !== '' || scoped)) at += template;
    if (!text.startsWith('::', at)) break;
    at += 2;
  }
  s.take(at - start);
  return text.slice(start, at);
}

/**
 * Reads a type as written, up to what does not belong to it. Undefined, with nothing taken, where none begins. A name
 * that is not one of C++'s own types is taken for a type: whether there is such a one is asked when it is needed.
 */
export function typeName(s: Scanner): TypeName | undefined {
  const start = s.at;
  s.skipBlanks();
  const { at } = s;
  const words: string[] = [];
  let name: string | undefined;
  for (;;) {
    s.skipBlanks();
    const word = s.match(WORD)?.[0];
    if (word !== undefined && (QUALIFIERS.has(word) || TAGS.has(word))) s.take(word.length);
    else if (word !== undefined && name === undefined && TYPE_WORDS.has(word)) {
      words.push(word);
      s.take(word.length);
    } else if (name === undefined && words.length === 0) {
      name = cppName(s, true);
      if (name === undefined) break;
    } else break;
  }
  if (name === undefined && !spelledType(words)) {
    s.at = start;
    return undefined;
  }
  const pointers = stars(s);
  const toArray = s.match(/\(\s*\*\s*\)/y)?.[0] ?? '';
  s.take(toArray.length);
  const dimensions: number[] = [];
  for (let found = s.match(DIMENSION); found && dimensions.length < MAX_PARTS; found = s.match(DIMENSION)) {
    dimensions.push(Number(found[1]));
    s.take(found[0].length);
  }
  return {
    kind: 'type',
    base: name === undefined ? words : [name],
    builtIn: name === undefined,
    pointers,
    dimensions,
    toArray: toArray !== '',
    at,
  };
}

/** Stars and references, with qualifiers between them; what follows a reference belongs to an expression. */
function stars(s: Scanner): number {
  let count = 0;
  while (count < MAX_PARTS) {
    const blanks = s.match(BLANKS)?.[0].length ?? 0;
    const next = s.peek(blanks);
    if (next !== '*' && next !== '&') break;
    s.take(blanks + 1);
    count++;
    for (let word = qualifier(s); word > 0; word = qualifier(s)) s.take(word);
  }
  s.skipBlanks();
  return count;
}

function qualifier(s: Scanner): number {
  const found = s.match(/\s*(const|volatile|__ptr32|__ptr64|__restrict)\b/y);
  return found?.[0].length ?? 0;
}

function lengthOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

import type { Scanner } from './scanner.ts';

const WORD = /[\w$?@.#]+/y;
const SCOPE = /::~?(?=[\w$?`<{])/y;
/** `` `string' ``, `` `anonymous namespace' ``, `` `vftable' `` */
const QUOTED = /`[^`'!]{0,512}'/y;
/** `{ctor}`, `{dtor}` */
const SPECIAL = /\{[a-z]+\}/y;
/** What follows `operator` in a name. */
export const OPERATOR_TAIL =
  / (?:new|delete)(?:\[\])?|\(\)|\[\]|->\*?|<=>|<<=?|>>=?|&&|\|\||\+\+|--|[-+*/%^&|~!=<>]=?/y;
/** Template arguments begin with a name or a whole number; `a<b` with a blank is a comparison. */
const TEMPLATE_START = /<(?:-?\d+[>,]|[A-Za-z_$`<(:>])/y;
const TEMPLATE_TEXT = /[\w$:,*&<> ()'`{}?-]/;
/** words that make `m!a<b and c>d` two comparisons */
const MASM_WORD = /\b(?:and|or|xor|mod|not|poi|by|wo|dwo|qwo|hi|low)\b/i;
/** longer argument lists are not followed: the name then ends before them */
const TEMPLATE_LIMIT = 4096;

/**
 * Length of the symbol name that begins here, 0 where none does. Behind a module and `!` (`qualified`) a C++ name may
 * have all that C++ gives it: template arguments, operators, quoted parts with blanks. A bare name is a word with
 * scopes; template arguments count only where a scope follows, because `<` also compares.
 */
export function nameLength(s: Scanner, qualified: boolean): number {
  let at = s.at;
  for (;;) {
    const piece = pieceLength(s.text, at, qualified);
    if (piece === 0) return at - s.at;
    at += piece;
  }
}

function pieceLength(text: string, at: number, qualified: boolean): number {
  const word = lengthOf(WORD, text, at);
  if (word) {
    const operator = qualified && text.slice(at, at + word) === 'operator';
    return operator ? word + lengthOf(OPERATOR_TAIL, text, at + word) : word;
  }
  const scope = lengthOf(SCOPE, text, at);
  if (scope) return scope;
  const template = templateLength(text, at);
  if (template && (qualified || text.startsWith('::', at + template))) return template;
  return qualified ? lengthOf(QUOTED, text, at) || lengthOf(SPECIAL, text, at) : 0;
}

/** Length of the template argument list that opens at `open`, 0 where what stands there is none. */
export function templateLength(text: string, open: number): number {
  if (!lengthOf(TEMPLATE_START, text, open)) return 0;
  const limit = Math.min(text.length, open + TEMPLATE_LIMIT);
  let depth = 0;
  for (let at = open; at < limit; at++) {
    const c = text.charAt(at);
    if (!TEMPLATE_TEXT.test(c)) return 0;
    if (c === '<') depth++;
    if (c === '>' && --depth === 0) return MASM_WORD.test(text.slice(open, at)) ? 0 : at + 1 - open;
  }
  return 0;
}

function lengthOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

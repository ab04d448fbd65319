import type { AliasTable } from './aliasTable.ts';

/** Names that commands put values behind while they run others: the variable of .foreach, `@#ModuleName`, `$arg1`. */
export type Variables = ReadonlyMap<string, string>;

/** "Any text that begins with as, aS, ad, or al does not receive alias replacement." */
const EXEMPT = /^a[sSdl]/;
const FIXED_NAME = /\$u([0-9])/g;
/** What stands between blanks, semicolons and quotation marks: an alias is one such word. */
const WORD = /[^\s;"]+/g;
const INTERPRETER = /\$\{(?:\/([dfnv]):)?([^{}]*)\}/g;
/** `@#Base`: of extensions, which replace them before anything is parsed; no other text looks like it */
const EXTENSION_NAME = /(?<!\{(?:\/\w:)?)@#\w+/g;
/** `$ntsym!_PEB`: the module of a symbol, though no blank follows */
const AUTOMATIC_MODULE = /\$nt[nw]?sym(?=!)/g;

/**
 * Replaces aliases in a text, once: what an alias stands for is not looked at again ("Using Aliases" and "${ } (Alias
 * Interpreter)" of the manual). Fixed-name ones are replaced everywhere; others where they stand alone, or in `${ }`.
 */
export function expandAliases(text: string, aliases: AliasTable, variables?: Variables): string {
  const hasDollar = text.includes('$');
  const fixed = hasDollar
    ? text.replace(FIXED_NAME, (_, digit: string) => aliases.fixed(Number(digit)))
    : text;
  if (EXEMPT.test(fixed)) return fixed;
  if (!hasDollar && aliases.isEmpty && !variables) return fixed;
  const find = (name: string): string | undefined => variables?.get(name) ?? aliases.get(name);
  return fixed.replace(WORD, (word) => {
    const whole = find(word);
    if (whole !== undefined) return whole;
    const pieces =
      variables && word.includes('@#') ? word.replace(EXTENSION_NAME, (n) => find(n) ?? n) : word;
    if (!pieces.includes('$')) return pieces;
    return pieces
      .replace(INTERPRETER, (token, option: string | undefined, name: string) =>
        interpreted(token, option, name, find),
      )
      .replace(AUTOMATIC_MODULE, (name) => find(name) ?? name);
  });
}

/** What `${…}` becomes; where it stands for nothing it stays as it is. */
function interpreted(
  token: string,
  option: string | undefined,
  name: string,
  find: (name: string) => string | undefined,
): string {
  const value = find(name);
  switch (option) {
    case 'd':
      return value === undefined ? '0' : '1';
    case 'f':
      return value ?? '';
    case 'n':
      return value === undefined ? token : name;
    case 'v':
      return token;
    default:
      return value ?? token;
  }
}

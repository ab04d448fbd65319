/** Characters as the d* commands show them: what cannot be printed is a period. */

/** letters, marks, numbers, punctuation, symbols and the plain space; format characters and controls are not shown */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]$/u;

/** One byte of ANSI text: printable ASCII, else a period (its code page is not known). */
export function asciiCharacter(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
}

/** One UTF-16 unit; surrogates come as a period, because their other half may be on the next line. */
export function utf16Character(unit: number): string {
  if (unit < 0x80) return asciiCharacter(unit);
  const character = String.fromCharCode(unit);
  return PRINTABLE.test(character) ? character : '.';
}

/**
 * How far things reach in the text of a program. None of these looks further than the text is long, and each character
 * is looked at a bounded number of times.
 */

/**
 * Where one command of a line ends: at a `;` that stands neither in double quotes nor in braces, at a newline outside
 * braces. Returns the index of what ends it, or the length of the
 * text. Quotes that are not closed reach to the end of the line: nothing behind them is run by mistake.
 */
export function endOfCommand(text: string, from = 0): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (c === '"') {
      const end = endOfQuotes(text, i);
      if (end === i) return endOfLine(text, i);
      i = end;
    } else if (c === '{') depth++;
    else if (c === '}') depth = Math.max(0, depth - 1);
    else if (depth === 0 && (c === ';' || c === '\n')) return i;
  }
  return text.length;
}

/** The end of the line that a command which takes the rest of it reaches to. */
export function endOfLine(text: string, from = 0): number {
  const newline = text.indexOf('\n', from);
  return newline < 0 ? text.length : newline;
}

/** The index of the mark that closes the quotes at `open`; `open` itself where none does on this line. */
export function endOfQuotes(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i++) {
    const c = text[i];
    if (c === '\n') return open;
    if (c === '\\' && i + 1 < text.length) i++;
    else if (c === '"') return i;
  }
  return open;
}

/**
 * The index of the bracket that closes the one at `open`; undefined where none does. Quotes are skipped, and in braces
 * comments. A quotation mark without a second one on its line is an ordinary character.
 */
export function closing(text: string, open: number): number | undefined {
  const [left, right] = text[open] === '{' ? ['{', '}'] : ['(', ')'];
  let depth = 0;
  let startsCommand = false;
  let unpairedTo = 0;
  for (let i = open; i < text.length; i++) {
    const c = text[i];
    if (startsCommand && left === '{' && isComment(text, i)) i = endOfComment(text, i) - 1;
    else if (c === '"' && i >= unpairedTo) {
      const end = endOfQuotes(text, i);
      // looked for once a line: a text of quotation marks is not read again for each of them
      if (end === i) unpairedTo = endOfLine(text, i);
      i = end;
    } else if (c === "'" && text[i + 2] === "'")
      i += 2; // a character of C++
    else if (c === left) depth++;
    else if (c === right && --depth === 0) return i;
    startsCommand = c === ';' || c === '\n' || c === '{' || (startsCommand && /\s/.test(c ?? ''));
  }
  return undefined;
}

/** Whether a comment begins here, where a command may begin. */
function isComment(text: string, at: number): boolean {
  return text[at] === '*' || (text.startsWith('$$', at) && !/[<>]/.test(text.charAt(at + 2)));
}

/** Where a comment ends: `*` with its line, `$$` at a semicolon too; both before the brace that closes their block. */
function endOfComment(text: string, from: number): number {
  const wholeLine = text[from] === '*';
  let depth = 0;
  let at = from;
  for (; at < text.length && text[at] !== '\n'; at++) {
    const c = text[at];
    if (c === ';' && !wholeLine) break;
    if (c === '{') depth++;
    if (c === '}' && --depth < 0) break;
  }
  return at;
}

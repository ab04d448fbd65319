/**
 * Where one command of a line ends: at a `;` that stands neither in double quotes nor in braces, or at a newline.
 * Returns the index of the separator, or the length of the text.
 */
export function endOfCommand(text: string, from = 0): number {
  let quoted = false;
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (c === '"' && text[i - 1] !== '\\') quoted = !quoted;
    else if (c === '\n') return i;
    else if (quoted) continue;
    else if (c === '{') depth++;
    else if (c === '}') depth = Math.max(0, depth - 1);
    else if (c === ';' && depth === 0) return i;
  }
  return text.length;
}

/** The end of the line that a command which takes the rest of it reaches to. */
export function endOfLine(text: string, from = 0): number {
  const newline = text.indexOf('\n', from);
  return newline < 0 ? text.length : newline;
}

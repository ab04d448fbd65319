/**
 * Names that match a WinDbg pattern: `*` any run, `?` one character, `[set]` one of a set, `#` any number of the
 * character before it, `+` one or more of it, `\` takes the next as it is. Case is ignored.
 */
export function matcher(pattern: string): (name: string) => boolean {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern.charAt(i);
    const close = c === '[' ? pattern.indexOf(']', i + 2) : -1;
    if (c === '*') source += '.*?';
    else if (c === '?') source += '.';
    else if (c === '#' && i > 0) source += '*';
    else if (c === '+' && i > 0) source += '+';
    else if (close > 0) {
      source += `[${pattern.slice(i + 1, close).replace(/[\\\]^]/g, '\\$&')}]`;
      i = close;
    } else source += literal(c === '\\' && i + 1 < pattern.length ? pattern.charAt(++i) : c);
  }
  const expression = new RegExp(`^${source}$`, 'is');
  return (name) => expression.test(name);
}

function literal(c: string): string {
  return /[\w\s]/.test(c) ? c : `\\${c}`;
}

/** What a paste does at the prompt. */
export interface Pasted {
  /** commands that run at once, in this order */
  readonly run: readonly string[];
  /** what stays in the line to be typed on */
  readonly rest: string;
}

/** A line that goes on with the command of the line before it. */
const GOES_ON = /^\s*(?:\{|\.els(?:e|if)\b)/;

/**
 * Lines that were pasted into a command line, each a command as in WinDbg: those that end with a line end run, the rest
 * stays. Lines of an open block are one command: a program is not cut in the middle.
 */
export function pastedLines(before: string, pasted: string, after: string): Pasted {
  const lines = `${before}${pasted}`.split(/\r\n|\r|\n/);
  const run: string[] = [];
  let open = '';
  for (const [i, line] of lines.slice(0, -1).entries()) {
    open = open === '' ? line : `${open} ${line.trim()}`;
    if (depthOf(open) > 0 || (open.trim() !== '' && GOES_ON.test(lines[i + 1] ?? ''))) continue;
    if (open.trim() !== '') run.push(open.trim());
    open = '';
  }
  const last = lines.at(-1) ?? '';
  const rest = open === '' ? last : `${open} ${last.trim()}`.trimEnd();
  return { run, rest: rest + after };
}

/** Blocks that are open at the end of a text; braces within strings are none. */
function depthOf(text: string): number {
  let depth = 0;
  let quoted = false;
  for (const c of text) {
    if (c === '"') quoted = !quoted;
    else if (!quoted) depth += c === '{' ? 1 : c === '}' ? -1 : 0;
  }
  return depth;
}

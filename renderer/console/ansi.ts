import type { LogLine, SpanKind } from '../../core/protocol/index.ts';

/** SGR codes by kind: the terminal's palette is made of the theme's tokens in this order (`terminalTheme`). */
const CODES: Readonly<Record<SpanKind, string>> = {
  address: '34',
  symbol: '33',
  module: '33',
  type: '35',
  file: '32',
  heading: '1',
  error: '31',
  warning: '93',
  missing: '90',
};

/**
 * A line for the terminal. Its texts have no control characters any more (the engine makes them visible), so the only
 * escape sequences here are ours.
 */
export function ansiLine({ line, prompt }: LogLine): string {
  let text = prompt === undefined ? '' : `\u001b[36m${prompt}\u001b[0m `;
  for (const s of line) {
    const code = s.kind && CODES[s.kind];
    const shown = prompt !== undefined || s.command === undefined ? s.text : `\u001b[4m${s.text}\u001b[24m`;
    text += code ? `\u001b[${code}m${shown}\u001b[0m` : shown;
  }
  return text;
}

/**
 * What a command prints: lines of spans. A span has a text and, where it means something, a kind and the command
 * that a click on it runs. Hosts draw spans as they like: plain text, ANSI colours, links in a terminal pane.
 */
export type SpanKind =
  | 'address'
  | 'symbol'
  | 'module'
  | 'type'
  | 'file'
  | 'heading'
  | 'error'
  | 'warning'
  /** what the dump does not hold: `????????`, `<unreadable>` */
  | 'missing';

export interface Span {
  readonly text: string;
  readonly kind?: SpanKind;
  /** the command line that shows more of this, as WinDbg's DML links do */
  readonly command?: string;
}

export type Line = readonly Span[];

/**
 * A value that may be an address, of a register, an argument, a word in memory: `Output` makes it a link where there is
 * something in the process at it, else plain text.
 */
export interface Pointer {
  readonly text: string;
  readonly value: bigint | number;
  /** the command line that a click runs, where it is one */
  readonly command?: string;
}

/** A value as it is printed, and a link where it leads somewhere. */
export function pointer(value: bigint | number, text: string, command?: string): Pointer {
  return command === undefined ? { text, value } : { text, value, command };
}

/** A span of a kind, with the command that a click runs. */
export function span(text: string, kind?: SpanKind, command?: string): Span {
  return { text, kind, command };
}

// C0 without tab, DEL, C1; marks that turn the direction of text around (UAX #9) or shape digits and letters anew; what
// takes no room and so makes two names look the same. Joiners (U+200C, U+200D) stay: Persian and emoji are written so.
const UNSAFE =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** Text from a dump as it may be shown: control characters and direction overrides become `\x1b`-like escapes. */
export function visible(text: string): string {
  return text.replace(UNSAFE, (c) => {
    const code = c.charCodeAt(0);
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** A line's text without its kinds and links. */
export function plain(line: readonly { readonly text: string }[]): string {
  let text = '';
  for (const s of line) text += s.text;
  return text;
}

import type { Span, SpanKind } from '../../core/protocol/index.ts';

/** What a span of the console leads to. */
export interface SpanTarget {
  readonly text: string;
  readonly kind: SpanKind | undefined;
  /** the command line that a click runs */
  readonly command?: string;
  /** where a span of kind `address` is */
  readonly address?: bigint;
}

/** `00007ff8`1e363440`, `0x12ff94`, and the type behind it that dt writes. */
const ADDRESS = /^(?:0x)?([0-9a-f]{1,8}`[0-9a-f]{8}|[0-9a-f]{1,16})(?=$|\s|:)/i;

/** What is known by its name; a file leads to the clipboard: the page has none. */
const NAMES: ReadonlySet<SpanKind> = new Set(['symbol', 'module', 'type', 'file']);

/** What a span leads to; undefined for plain text, and for null pointers, which lead nowhere. */
export function spanTarget({ text: padded, kind, command }: Span): SpanTarget | undefined {
  const text = padded.trim();
  if (text === '') return undefined;
  if (kind === 'address') {
    const digits = ADDRESS.exec(text)?.[1];
    const address = digits === undefined ? undefined : BigInt(`0x${digits.replace('`', '')}`);
    if (!address && command === undefined) return undefined;
    return { text, kind, command, address };
  }
  const leads = command !== undefined || (kind !== undefined && NAMES.has(kind));
  return leads ? { text, kind, command } : undefined;
}

/** What a click does, in a few words: the line above the prompt shows it while the pointer is on the link. */
export function targetAction({ text, kind, command, address }: SpanTarget): string {
  if (kind === 'file') return `copies ${text}`;
  if (command !== undefined) return `runs ${command}`;
  if (address !== undefined) return `shows memory at ${text}`;
  if (kind === 'module') return `runs lmvm ${text}`;
  if (kind === 'type') return `shows the type ${text}`;
  return `shows ${text}`;
}

import type { Line, Span, SpanKind } from '../../core/protocol/index.ts';
import type { LogLine } from './consoleLog.ts';

/**
 * Lines of the log in two texts: a million lines as objects take a gigabyte, as texts a tenth of it. `text` is what is
 * read, a row a line; `marks` has the spans: lengths, kinds, commands.
 */
export interface PackedLines {
  readonly text: string;
  readonly marks: string;
}

/** A span as its length, its kind and its command, as far as it has them; a line that has a prompt begins with it. */
type SpanMark = number | readonly [length: number, kind: number, command?: string];
type LineMark = readonly SpanMark[] | { readonly prompt: string; readonly spans: readonly SpanMark[] };

const KINDS: readonly (SpanKind | undefined)[] = [
  undefined,
  'address',
  'symbol',
  'module',
  'type',
  'file',
  'heading',
  'error',
  'warning',
  'missing',
];

export function packLines(lines: readonly LogLine[]): PackedLines {
  const marks = lines.map(({ line, prompt }): LineMark => {
    const spans = line.map(markOf);
    return prompt === undefined ? spans : { prompt, spans };
  });
  return { text: lines.map(({ line }) => textOf(line)).join('\n'), marks: JSON.stringify(marks) };
}

export function unpackLines({ text, marks }: PackedLines): LogLine[] {
  const rows = text.split('\n');
  return (JSON.parse(marks) as LineMark[]).map((mark, i) => {
    const row = rows[i] ?? '';
    if ('prompt' in mark) return { line: spansOf(row, mark.spans), prompt: mark.prompt };
    return { line: spansOf(row, mark) };
  });
}

export function textOf(line: Line): string {
  let text = '';
  for (const { text: part } of line) text += part;
  return text;
}

function markOf({ text, kind, command }: Span): SpanMark {
  if (command !== undefined) return [text.length, KINDS.indexOf(kind), command];
  return kind === undefined ? text.length : [text.length, KINDS.indexOf(kind)];
}

function spansOf(row: string, marks: readonly SpanMark[]): Line {
  let at = 0;
  return marks.map((mark): Span => {
    const [length, kind, command] = typeof mark === 'number' ? [mark, 0] : mark;
    const text = row.slice(at, at + length);
    at += length;
    return { text, kind: KINDS[kind], command };
  });
}

import { plain, type Line, type Span, type SpanKind } from '../output/index.ts';

/** One line of the console: what a command printed, or the prompt with the command itself. */
export interface LogLine {
  readonly line: Line;
  /** the prompt, where this is a command that was given */
  readonly prompt?: string;
}

/**
 * Lines in two texts: a million lines as objects take a gigabyte, as texts a tenth of it, and texts are copied from one
 * thread to another in no time. `text` is what is read, a row a line; `marks` has the spans: lengths, kinds, commands.
 */
export interface PackedLines {
  readonly count: number;
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
const NUMBERS: ReadonlyMap<SpanKind | undefined, number> = new Map(KINDS.map((kind, i) => [kind, i]));

/** The marks of no lines at all: one empty line is `[[]]`. */
const NO_MARKS = '[]';

/** No text may hold a line end: the engine makes them visible. */
export function packLines(lines: readonly LogLine[]): PackedLines {
  const marks = lines.map(({ line, prompt }): LineMark => {
    const spans = line.map(markOf);
    return prompt === undefined ? spans : { prompt, spans };
  });
  const text = lines.map(({ line }) => plain(line)).join('\n');
  return { count: lines.length, text, marks: JSON.stringify(marks) };
}

/** Lines as they were. Marks that are none, as only another program's are, leave their lines without kinds and commands. */
export function unpackLines(packed: PackedLines): LogLine[] {
  if (packed.marks === NO_MARKS) return [];
  const marks = marksOf(packed.marks);
  return packed.text.split('\n').map((row, i) => {
    const mark = marks[i];
    if (isRecord(mark) && typeof mark.prompt === 'string')
      return { line: spansOf(row, mark.spans), prompt: mark.prompt };
    return { line: spansOf(row, mark) };
  });
}

/** How many lines a text has: one that is empty has one, or none where no line was packed. */
export function rowCount(text: string, marks: string): number {
  if (marks === NO_MARKS) return 0;
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function markOf({ text, kind, command }: Span): SpanMark {
  if (command !== undefined) return [text.length, NUMBERS.get(kind) ?? 0, command];
  return kind === undefined ? text.length : [text.length, NUMBERS.get(kind) ?? 0];
}

function marksOf(marks: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(marks);
    return Array.isArray(parsed) ? parsed : [];
  } catch (e) {
    if (e instanceof SyntaxError) return [];
    throw e;
  }
}

function spansOf(row: string, marks: unknown): Line {
  if (!Array.isArray(marks)) return [{ text: row }];
  let at = 0;
  return marks.map((mark: unknown): Span => {
    const [length, kind, command] = Array.isArray(mark) ? (mark as readonly unknown[]) : [mark];
    const start = at;
    at += typeof length === 'number' ? length : 0;
    return {
      text: row.slice(start, at),
      kind: typeof kind === 'number' ? KINDS[kind] : undefined,
      command: typeof command === 'string' ? command : undefined,
    };
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

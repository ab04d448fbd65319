import type { IMarker, Terminal } from '@xterm/xterm';

/** Log lines between two marks: a row is found by walking at most so many lines from one. */
const MARK_EVERY = 256;

/** A mark in the terminal's buffer at the first row of a log line. */
interface Mark {
  readonly marker: IMarker;
  readonly line: number;
}

/**
 * Which log line stands in which rows of the terminal. A line is one row and its wrapped rows; marks tie some rows to
 * lines, through scrolling, trimming and other widths, and the rows between are counted.
 */
export class LineRows {
  private marks: Mark[] = [];

  constructor(private readonly terminal: Terminal) {}

  /** Whether a line is to be marked when it is written. */
  isMarked(line: number): boolean {
    return line % MARK_EVERY === 0;
  }

  /** To be called when the cursor is in a log line's first row. */
  mark(line: number): void {
    const marker = this.terminal.registerMarker(0);
    this.marks.push({ marker, line });
  }

  clear(): void {
    for (const { marker } of this.marks) marker.dispose();
    this.marks = [];
  }

  /** The log line that a row belongs to, and its first row. */
  lineAt(row: number): { readonly line: number; readonly first: number } | undefined {
    const buffer = this.terminal.buffer.active;
    let first = row;
    while (first > 0 && buffer.getLine(first)?.isWrapped) first--;
    const mark = this.nearest(({ marker }) => marker.line <= first);
    if (!mark) return undefined;
    return { line: mark.line + this.starts(mark.marker.line, first), first };
  }

  /** The first row of a log line; undefined where the terminal has it not. */
  rowOf(line: number): number | undefined {
    const buffer = this.terminal.buffer.active;
    const mark = this.nearest((m) => m.line <= line);
    if (!mark) return undefined;
    const step = mark.line <= line ? 1 : -1;
    let at = mark.line;
    let row = mark.marker.line;
    while (at !== line) {
      row += step;
      if (row < 0 || row >= buffer.length) return undefined;
      if (!buffer.getLine(row)?.isWrapped) at += step;
    }
    return row;
  }

  /** The last mark that is not beyond what is looked for, else the first one. */
  private nearest(isBefore: (mark: Mark) => boolean): Mark | undefined {
    this.marks = this.marks.filter(({ marker }) => !marker.isDisposed);
    let best = this.marks[0];
    for (const mark of this.marks) {
      if (!isBefore(mark)) break;
      best = mark;
    }
    return best;
  }

  /** Lines that begin from one row to another, negative where the other is above. */
  private starts(from: number, to: number): number {
    const buffer = this.terminal.buffer.active;
    let count = 0;
    for (let row = Math.min(from, to) + 1; row <= Math.max(from, to); row++)
      if (!buffer.getLine(row)?.isWrapped) count++;
    return to < from ? -count : count;
  }
}

import type { IBufferLine, ILink, ILinkProvider, IMarker, Terminal } from '@xterm/xterm';
import type { LogLine } from '../client/consoleLog.ts';
import { spanTarget, type SpanTarget } from './spanTarget.ts';

/** Log lines between two marks: a row is found by walking at most so many lines from a mark. */
const MARK_EVERY = 512;

/** A mark in the terminal's buffer at the first row of a log line. */
interface Mark {
  readonly marker: IMarker;
  readonly line: number;
}

/**
 * Links of the terminal by the spans of its lines. A log line is one row and its wrapped rows; marks tie some rows to
 * lines, through scrolling, trimming and other widths, and the rows between are counted. Nothing is read out of text.
 */
export class SpanLinks implements ILinkProvider {
  private marks: Mark[] = [];

  constructor(
    private readonly terminal: Terminal,
    private readonly lines: readonly LogLine[],
    private readonly follow: (target: SpanTarget, event: MouseEvent) => void,
    /** the pointer came upon a link, or left it */
    private readonly hover: (target: SpanTarget | undefined, event: MouseEvent) => void,
  ) {}

  /** To be called when a log line's first row is the one the cursor is in. */
  beforeLine(line: number): void {
    if (line % MARK_EVERY !== 0) return;
    const marker = this.terminal.registerMarker(0);
    this.marks.push({ marker, line });
  }

  clear(): void {
    for (const { marker } of this.marks) marker.dispose();
    this.marks = [];
  }

  provideLinks(bufferRow: number, answer: (links: ILink[] | undefined) => void): void {
    const row = bufferRow - 1;
    const buffer = this.terminal.buffer.active;
    let first = row;
    while (first > 0 && buffer.getLine(first)?.isWrapped) first--;
    const line = this.lineAt(first);
    const spans = line === undefined ? undefined : this.lines[line];
    if (!spans) {
      answer(undefined);
      return;
    }
    const links: ILink[] = [];
    let at = spans.prompt === undefined ? 0 : spans.prompt.length + 1;
    for (const span of spans.line) {
      const { text } = span;
      const start = at;
      at += text.length;
      const target = spans.prompt === undefined ? spanTarget(span) : undefined;
      if (!target) continue;
      const from = this.cellOf(first, start + (text.length - text.trimStart().length));
      const to = this.cellOf(first, start + text.trimEnd().length - 1);
      if (!from || !to || row < from.row || row > to.row) continue;
      links.push({
        range: { start: { x: from.x + 1, y: from.row + 1 }, end: { x: to.x + 1, y: to.row + 1 } },
        text: target.text,
        activate: (event) => {
          // the right button's menu is not a click
          if (event.button === 0) this.follow(target, event);
        },
        hover: (event) => this.hover(target, event),
        leave: (event) => this.hover(undefined, event),
      });
    }
    answer(links);
  }

  /** The log line whose first row is this one. */
  private lineAt(row: number): number | undefined {
    const mark = this.markAtOrAbove(row);
    if (!mark) return undefined;
    const buffer = this.terminal.buffer.active;
    let line = mark.line;
    for (let r = mark.marker.line + 1; r <= row; r++) if (!buffer.getLine(r)?.isWrapped) line++;
    return line;
  }

  private markAtOrAbove(row: number): Mark | undefined {
    this.marks = this.marks.filter(({ marker }) => !marker.isDisposed);
    let best: Mark | undefined;
    for (const mark of this.marks) {
      if (mark.marker.line > row) break;
      best = mark;
    }
    return best;
  }

  /** The cell that a character of a log line stands in: wide characters have two cells, combined ones share one. */
  private cellOf(firstRow: number, offset: number): { row: number; x: number } | undefined {
    const buffer = this.terminal.buffer.active;
    let at = 0;
    for (let row = firstRow; ; row++) {
      const line: IBufferLine | undefined = buffer.getLine(row);
      if (!line || (row > firstRow && !line.isWrapped)) return undefined;
      for (let x = 0; x < line.length; x++) {
        const cell = line.getCell(x);
        if (!cell || cell.getWidth() === 0) continue;
        const length = cell.getChars().length || 1;
        if (offset < at + length) return { row, x };
        at += length;
      }
    }
  }
}

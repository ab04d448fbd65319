import type { IBufferLine, ILink, ILinkProvider, Terminal } from '@xterm/xterm';
import type { ConsoleLog } from '../client/consoleLog.ts';
import type { LineRows } from './lineRows.ts';
import { spanTarget, type SpanTarget } from './spanTarget.ts';

/** Links of the terminal by the spans of its lines. Nothing is read out of text. */
export class SpanLinks implements ILinkProvider {
  constructor(
    private readonly terminal: Terminal,
    private readonly log: ConsoleLog,
    private readonly rows: LineRows,
    private readonly follow: (target: SpanTarget, event: MouseEvent) => void,
    /** the pointer came upon a link, or left it */
    private readonly hover: (target: SpanTarget | undefined, event: MouseEvent) => void,
  ) {}

  provideLinks(bufferRow: number, answer: (links: ILink[] | undefined) => void): void {
    const row = bufferRow - 1;
    const found = this.rows.lineAt(row);
    const spans = found && this.log.at(found.line);
    if (!spans) {
      answer(undefined);
      return;
    }
    const { first } = found;
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

import type { Terminal } from '@xterm/xterm';
import type { ConsoleLog } from '../client/consoleLog.ts';
import type { Typing } from '../client/typing.ts';
import { ansiLine } from './ansi.ts';
import type { LineRows } from './lineRows.ts';

/** Rows that the terminal keeps: each takes a kilobyte, so a million of them is no choice. */
export const TERMINAL_ROWS = 4000;
/** Lines of the log that the terminal has at a time, around what is seen. */
const WINDOW = 2000;
/** So many rows from its ends the window is moved. */
const MARGIN = 200;
/** Lines that are handed to the terminal in one frame, so that typing is answered between them. */
const LINES_PER_FRAME = 60;
/** Farther behind than this the terminal goes to the end at once: nobody reads what flies by. */
const MAX_BEHIND = 300;
/** Milliseconds between two such steps: output that flies by is seen to. */
const JUMP_MS = 80;
/** And between two while somebody types: keys come first. */
const MAX_JUMP_MS = 250;
/** Begin and end of synchronized output (DEC mode 2026): what is between is drawn at once. */
const [HOLD, SHOW] = ['\u001b[?2026h', '\u001b[?2026l'];
/** Home, erase the screen, erase what was scrolled out (ECMA-48 ED, xterm's 3). */
const ERASE = '\u001b[H\u001b[2J\u001b[3J';

/** What is seen of the log: its first line on the screen, of how many. */
export interface OutputView {
  readonly top: number;
  readonly lines: number;
  readonly rows: number;
}

/**
 * The part of the log that the terminal has. The log may have millions of lines; the terminal has those around what is
 * seen, and others are written when somebody scrolls there. At the end it follows what is printed.
 */
export class OutputWindow {
  private first = 0;
  private end = 0;
  private isFollowing = true;
  /** lines are on their way into the terminal */
  private isWriting = false;
  private frame = 0;
  private lastJump = 0;
  private goal: { readonly line: number; readonly then?: () => void } | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly terminal: Terminal,
    private readonly log: ConsoleLog,
    private readonly rows: LineRows,
    private readonly typing: Typing,
    private readonly onView: (view: OutputView) => void,
  ) {
    terminal.onRender(() => this.schedule());
    this.schedule();
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
  }

  /** The log has other lines. */
  changed(isCleared: boolean): void {
    if (isCleared) {
      this.first = this.end = 0;
      this.isFollowing = true;
      this.goal = undefined;
      this.rows.clear();
      this.terminal.reset();
    } else if (this.log.at(this.log.length - 1)?.prompt !== undefined) this.toEnd();
    this.schedule();
  }

  toEnd(): void {
    this.isFollowing = true;
    this.goal = undefined;
    this.terminal.scrollToBottom();
    this.schedule();
  }

  /** Shows a line of the log at the top; `then` is called when it is there. */
  goTo(line: number, then?: () => void): void {
    this.isFollowing = false;
    this.goal = { line: Math.max(0, Math.min(this.log.length - 1, line)), then };
    this.schedule();
  }

  /** Scrolls by lines as a person does; further up than the terminal has them, too. */
  scroll(lines: number): void {
    const { viewportY, baseY } = this.terminal.buffer.active;
    const has = lines < 0 ? viewportY >= -lines : baseY - viewportY >= lines;
    if (has) this.terminal.scrollLines(lines);
    else if (lines > 0 && this.end >= this.log.length) return this.toEnd();
    else return this.goTo(this.top() + lines);
    this.isFollowing = false;
    this.schedule();
  }

  /** The person turns the wheel: they look back. The terminal scrolls by itself as far as it has rows. */
  wheel(deltaY: number): void {
    if (deltaY >= 0 || !this.isFollowing) return;
    const { viewportY } = this.terminal.buffer.active;
    this.isFollowing = false;
    if (viewportY < MARGIN && this.first > 0) this.goTo(this.top() - 3);
  }

  view(): OutputView {
    return { top: this.top(), lines: this.log.length, rows: this.terminal.rows };
  }

  private top(): number {
    if (this.isFollowing) return Math.max(0, this.log.length - this.terminal.rows);
    return this.rows.lineAt(this.terminal.buffer.active.viewportY)?.line ?? this.first;
  }

  private schedule(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.step());
  }

  private step(): void {
    this.frame = 0;
    if (!this.isWriting) this.proceed();
    this.onView(this.view());
  }

  private proceed(): void {
    const { goal } = this;
    if (goal) {
      this.goal = undefined;
      const row = goal.line >= this.first && goal.line < this.end ? this.rows.rowOf(goal.line) : undefined;
      if (row === undefined) this.moveTo(goal.line, goal.then);
      else {
        this.terminal.scrollToLine(row);
        goal.then?.();
      }
    } else if (this.isFollowing) this.follow();
    else this.keepAround();
  }

  /** Writes what is new; far behind, the last screen alone. */
  private follow(): void {
    const { length } = this.log;
    const behind = length - this.end;
    if (behind === 0) return this.fillLater();
    clearTimeout(this.timer);
    if (behind <= MAX_BEHIND) return this.write(this.end, Math.min(length, this.end + LINES_PER_FRAME));
    const wait = Math.max(
      this.lastJump + JUMP_MS - performance.now(),
      this.typing.rest(this.lastJump, MAX_JUMP_MS),
    );
    if (wait > 0) {
      this.timer = setTimeout(() => this.schedule(), wait);
      return;
    }
    this.lastJump = performance.now();
    this.replace(Math.max(0, length - this.terminal.rows), length, () => this.terminal.scrollToBottom());
  }

  /** After jumps the terminal has one screen: when it is quiet, what is above comes too. */
  private fillLater(): void {
    const { baseY } = this.terminal.buffer.active;
    if (this.first === 0 || baseY >= MARGIN) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const { length } = this.log;
      if (!this.isFollowing || this.isWriting || this.end !== length) return;
      this.replace(Math.max(0, length - WINDOW / 2), length, () => this.terminal.scrollToBottom());
    }, 2 * JUMP_MS);
  }

  /** Moves the window where the person has come near to one of its ends. */
  private keepAround(): void {
    const { viewportY, baseY } = this.terminal.buffer.active;
    if (viewportY >= baseY && this.end >= this.log.length) {
      this.isFollowing = true;
      return;
    }
    const isNearTop = viewportY < MARGIN && this.first > 0;
    const isNearEnd = baseY - viewportY < MARGIN && this.end < this.log.length;
    if (isNearTop || isNearEnd) this.moveTo(this.top());
  }

  private moveTo(line: number, then?: () => void): void {
    const start = Math.max(0, line - WINDOW / 2);
    this.replace(start, Math.min(this.log.length, start + WINDOW), () => {
      this.terminal.scrollToLine(this.rows.rowOf(line) ?? 0);
      then?.();
    });
  }

  /** Writes other lines in the place of those that the terminal has. Nothing is drawn until all of it is there. */
  private replace(start: number, end: number, then: () => void): void {
    this.isWriting = true;
    this.terminal.write(HOLD + ERASE, () => this.rows.clear());
    this.first = start;
    this.put(start, end);
    this.terminal.write('', then);
    this.terminal.write(SHOW, () => this.written());
    this.end = end;
  }

  private write(start: number, end: number): void {
    this.isWriting = true;
    this.put(start, end);
    this.end = end;
    this.terminal.write('', () => {
      // the terminal lets go of its oldest rows
      this.first = this.rows.lineAt(0)?.line ?? this.first;
      this.written();
    });
  }

  private put(start: number, end: number): void {
    let text = '';
    for (let at = start; at < end; at++) {
      if (at === start || this.rows.isMarked(at)) {
        if (text !== '') this.terminal.write(text);
        text = '';
        this.terminal.write('', () => this.rows.mark(at));
      }
      const line = this.log.at(at);
      text += `${line ? ansiLine(line) : ''}\r\n`;
    }
    this.terminal.write(text);
  }

  private written(): void {
    this.isWriting = false;
    this.schedule();
  }
}

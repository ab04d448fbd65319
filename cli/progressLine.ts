import { visible } from '../core/output/index.ts';

interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** How far long work is, on the terminal's last line; wiped before anything else is printed. */
export class ProgressLine {
  private shown = false;

  /** Takes where to find the terminal: Node's streams are not loaded before there is something to show. */
  constructor(private readonly terminal: () => Terminal) {}

  /** Shows a step; nothing where nobody looks. */
  readonly show = (progress: {
    readonly done: number;
    readonly total?: number;
    readonly what: string;
  }): void => {
    const terminal = this.terminal();
    if (!terminal.isTTY) return;
    const amount = progress.total
      ? `${Math.floor((100 * progress.done) / progress.total)} %`
      : `${progress.done}`;
    terminal.write(`\r\u001b[K${visible(progress.what)} ${amount}`);
    this.shown = true;
  };

  /** Takes the line away again. */
  readonly clear = (): void => {
    if (!this.shown) return;
    this.terminal().write('\r\u001b[K');
    this.shown = false;
  };
}

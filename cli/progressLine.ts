/** How far long work is, on the terminal's last line; wiped before anything else is printed. */
export class ProgressLine {
  private shown = false;

  constructor(private readonly terminal: { readonly isTTY?: boolean; write(text: string): unknown }) {}

  /** Shows a step; nothing where nobody looks. */
  readonly show = (progress: {
    readonly done: number;
    readonly total?: number;
    readonly what: string;
  }): void => {
    if (!this.terminal.isTTY) return;
    const amount = progress.total
      ? `${Math.floor((100 * progress.done) / progress.total)} %`
      : `${progress.done}`;
    this.terminal.write(`\r\u001b[K${progress.what} ${amount}`);
    this.shown = true;
  };

  /** Takes the line away again. */
  readonly clear = (): void => {
    if (!this.shown) return;
    this.terminal.write('\r\u001b[K');
    this.shown = false;
  };
}

/** A write to a pipe or a file is a call to the system: it takes longer than making the line. */
const MAX_LENGTH = 1 << 16;
/** Milliseconds: nobody sees that lines come a little later. */
const MAX_AGE = 50;

/** Gathers lines, and writes them when they are many, when time has passed, and when asked. */
export class OutputBuffer {
  private text = '';
  private written = performance.now();

  constructor(private readonly sink: (text: string) => void) {}

  write(text: string): void {
    this.text += text;
    if (this.text.length >= MAX_LENGTH || performance.now() - this.written >= MAX_AGE) this.flush();
  }

  /** Writes what is gathered: before whoever reads it waits, and at the end. */
  flush(): void {
    if (this.text !== '') this.sink(this.text);
    this.text = '';
    this.written = performance.now();
  }
}

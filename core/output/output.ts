import { type Line, type Pointer, type Span, span, visible } from './span.ts';

export type Part = string | Span | Pointer;

/**
 * Where a command prints. Lines go to the sink as they are complete, so a long listing streams. All text is made
 * safe here, in one place: nothing from a dump reaches a terminal or a page raw.
 */
export class Output {
  private pending: Span[] = [];

  constructor(
    private readonly sink: (line: Line) => void,
    /** whether there is anything at an address: the values that lead nowhere are no links */
    readonly leads: (address: number) => boolean = () => true,
  ) {}

  /** Prints one whole line. */
  line(...parts: Part[]): void {
    this.add(parts);
    this.sink(this.pending);
    this.pending = [];
  }

  /** Prints text that may hold newlines or none: what `.printf` needs. `like` gives its kind and link. */
  write(text: string, like?: Span): void {
    const lines = text.split('\n');
    lines.forEach((part, i) => {
      const piece = like ? { ...like, text: part } : part;
      if (i < lines.length - 1) this.line(piece);
      else this.add([piece]);
    });
  }

  /** Adds to the line that is not complete yet. */
  add(parts: readonly Part[]): void {
    for (const part of parts) {
      const s = typeof part === 'string' ? { text: part } : 'value' in part ? this.resolved(part) : part;
      if (s.text !== '') this.pending.push({ ...s, text: visible(s.text) });
    }
  }

  private resolved({ text, value, command }: Pointer): Span {
    if (this.leads(typeof value === 'number' ? value : Number(value))) return span(text, 'address', command);
    return { text };
  }

  /** Ends an incomplete line, if there is one. */
  flush(): void {
    if (this.pending.length > 0) this.line();
  }
}

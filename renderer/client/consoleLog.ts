import { packLines, plain, unpackLines, type LogLine, type PackedLines } from '../../core/protocol/index.ts';

/** Lines that are packed together: few enough to be unpacked while somebody scrolls. */
const BLOCK = 512;
/** Packed lines that are kept as they come; fewer are put together with others. */
const MIN_BLOCK = BLOCK / 4;
/** Unpacked blocks that are kept: what is on the screen and around it. */
const MAX_UNPACKED = 8;

/** Everything that the console has shown, as spans: what saving, copying, finding and links go by. */
export class ConsoleLog {
  private readonly blocks: PackedLines[] = [];
  /** the number of each block's first line */
  private readonly starts: number[] = [];
  /** lines in all blocks */
  private packed = 0;
  /** the last lines, not packed yet */
  private recent: LogLine[] = [];
  private readonly unpacked = new Map<number, readonly LogLine[]>();
  private readonly listeners = new Set<(isCleared: boolean) => void>();

  get length(): number {
    return this.packed + this.recent.length;
  }

  add(added: readonly LogLine[]): void {
    for (const line of added) {
      this.recent.push(line);
      if (this.recent.length >= BLOCK) this.pack();
    }
    for (const listener of this.listeners) listener(false);
  }

  /** Adds lines as the engine sends them: what flies by is unpacked when somebody looks at it. */
  addPacked(lines: PackedLines): void {
    if (lines.count < MIN_BLOCK) return this.add(unpackLines(lines));
    this.pack();
    this.push(lines);
    for (const listener of this.listeners) listener(false);
  }

  clear(): void {
    this.blocks.length = this.starts.length = this.packed = 0;
    this.recent = [];
    this.unpacked.clear();
    for (const listener of this.listeners) listener(true);
  }

  /** A line by its number from the first one; undefined where there is none. */
  at(index: number): LogLine | undefined {
    if (index >= this.packed) return this.recent[index - this.packed];
    const block = this.blockOf(index);
    return this.unpack(block)[index - this.startOf(block)];
  }

  /** Lines of a range, as far as they are there. */
  slice(start: number, end = this.length): LogLine[] {
    const lines: LogLine[] = [];
    for (let i = Math.max(0, start); i < Math.min(end, this.length); i++) {
      const line = this.at(i);
      if (line) lines.push(line);
    }
    return lines;
  }

  /** Hears when lines were added, or the log was cleared. */
  onChange(listener: (isCleared: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * The next line that holds a text, of any case, from a line on (which counts too); undefined where none does. Whole
   * blocks are looked through as they are, so that a million lines take no longer than a person notices.
   */
  find(text: string, from: number, direction: 1 | -1): number | undefined {
    const wanted = text.toLowerCase();
    const last = this.blocks.length;
    const start = Math.max(0, Math.min(this.length - 1, from));
    for (let block = this.blockOf(start); block >= 0 && block <= last; block += direction) {
      const { prompts, rows } = this.rowsOf(block, wanted);
      for (let k = 0; k < rows.length; k++) {
        const i = direction === 1 ? k : rows.length - 1 - k;
        const line = this.startOf(block) + i;
        if (direction === 1 ? line < start : line > start) continue;
        if (rows[i]?.includes(wanted) || prompts.get(i)?.includes(wanted)) return line;
      }
    }
    return undefined;
  }

  /** How many lines hold a text, of any case, and how many of them stand before a line. */
  countFound(text: string, before: number): { readonly lines: number; readonly before: number } {
    const wanted = text.toLowerCase();
    let lines = 0;
    let earlier = 0;
    for (let block = 0; block <= this.blocks.length; block++) {
      const { prompts, rows } = this.rowsOf(block, wanted);
      for (let i = 0; i < rows.length; i++) {
        if (!rows[i]?.includes(wanted) && !prompts.get(i)?.includes(wanted)) continue;
        lines++;
        if (block * BLOCK + i < before) earlier++;
      }
    }
    return { lines, before: earlier };
  }

  text({ prompts }: { readonly prompts: boolean }): string {
    const parts: string[] = [];
    for (let block = 0; block <= this.blocks.length; block++) {
      const lines = block < this.blocks.length ? this.unpackOnce(block) : this.recent;
      for (const line of lines) if (prompts || line.prompt === undefined) parts.push(logText(line));
    }
    return `${parts.join('\n')}\n`;
  }

  /** The rows of a block in lower case, none where it does not hold the text; prompts are in front of theirs. */
  private rowsOf(
    block: number,
    wanted: string,
  ): { readonly rows: readonly string[]; readonly prompts: ReadonlyMap<number, string> } {
    const packed = this.blocks[block] ?? packLines(this.recent);
    const text = packed.text.toLowerCase();
    const marks = packed.marks.includes('"prompt"') ? unpackLines(packed) : [];
    const prompts = new Map<number, string>();
    marks.forEach((line, i) => line.prompt !== undefined && prompts.set(i, logText(line).toLowerCase()));
    if (!text.includes(wanted) && prompts.size === 0) return { rows: [], prompts };
    return { rows: text.split('\n'), prompts };
  }

  private pack(): void {
    if (this.recent.length === 0) return;
    this.push(packLines(this.recent));
    this.recent = [];
  }

  private push(lines: PackedLines): void {
    this.blocks.push(lines);
    this.starts.push(this.packed);
    this.packed += lines.count;
  }

  /** The block that holds a line; one past the last for those that are not packed yet. */
  private blockOf(line: number): number {
    if (line >= this.packed) return this.blocks.length;
    let low = 0;
    let high = this.blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.startOf(middle) <= line) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private startOf(block: number): number {
    return this.starts[block] ?? this.packed;
  }

  private unpack(block: number): readonly LogLine[] {
    const known = this.unpacked.get(block);
    if (known) return known;
    const lines = this.unpackOnce(block);
    this.unpacked.set(block, lines);
    for (const oldest of this.unpacked.keys()) {
      if (this.unpacked.size <= MAX_UNPACKED) break;
      this.unpacked.delete(oldest);
    }
    return lines;
  }

  private unpackOnce(block: number): LogLine[] {
    const packed = this.blocks[block];
    return packed ? unpackLines(packed) : [];
  }
}

/** A line as it is read, the prompt in front of a command. */
export function logText({ line, prompt }: LogLine): string {
  const text = plain(line);
  return prompt === undefined ? text : `${prompt} ${text}`;
}

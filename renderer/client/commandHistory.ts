const KEY = 'stillframe.history.1';
/** Commands that are kept from one start to the next: those of some weeks. */
const MAX_LINES = 500;
/** A longer one was pasted, and is nothing to be looked for. */
const MAX_LENGTH = 10_000;

/** The part of `localStorage` that a history needs. */
export interface HistoryStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** Commands that were given, the last one at the end, with those of earlier starts and of other dumps before them. */
export class CommandHistory {
  readonly lines: string[];
  private typed: string | undefined;

  /** Without a store it is gone with the dump. */
  constructor(private readonly store?: HistoryStore) {
    this.lines = this.saved();
  }

  /** What Enter on an empty line repeats: the last command of this dump, none of an earlier start. */
  get last(): string | undefined {
    return this.typed;
  }

  add(line: string): void {
    this.typed = line;
    if (this.lines.at(-1) === line) return;
    this.lines.push(line);
    if (line.length > MAX_LENGTH) return;
    // another tab may have added some in the meantime: its commands stay
    const all = this.saved();
    if (all.at(-1) !== line) all.push(line);
    this.store?.setItem(KEY, JSON.stringify(all.slice(-MAX_LINES)));
  }

  private saved(): string[] {
    try {
      const saved: unknown = JSON.parse(this.store?.getItem(KEY) ?? '[]');
      return Array.isArray(saved) ? saved.filter((line) => typeof line === 'string').slice(-MAX_LINES) : [];
    } catch {
      // damaged: a history begins anew
      return [];
    }
  }
}

import { UsageError } from '../errors/index.ts';
import { whyNotApplicable, type Command } from '../commands/index.ts';

/** What other debuggers, shells and extensions call it: no spelling leads from these to ours. */
const HABITS: ReadonlyMap<string, string> = new Map([
  ...['bt', 'backtrace', 'where', 'stack'].map((word) => [word, 'k'] as const),
  ...['quit', 'exit'].map((word) => [word, 'q'] as const),
  ...['threads', '!threads', 'thread'].map((word) => [word, '~'] as const),
  ...['modules', '!modules', 'sharedlibrary'].map((word) => [word, 'lm'] as const),
  ...['clear', 'cls'].map((word) => [word, '.cls'] as const),
  ['registers', 'r'],
  ['print', '?'],
  ['disassemble', 'u'],
]);

/** A command line's first command: which it is, the name as typed, and where its arguments begin. */
export interface Recognised {
  readonly command: Command;
  readonly name: string;
  readonly argsAt: number;
}

/** Names that begin like a word: `!peb`, `.exr`, `lm`, `vertarget`; else one sign such as `?`, `|`. */
const WORD = /^(?:[!.]?[A-Za-z_][\w.]*[+-]?|\$\$|[^\s\w])/;

/** All commands by name. The same list makes `.help`, the completion and the README's table. */
export class Registry {
  private readonly byName = new Map<string, Command>();
  private readonly patterns: Command[] = [];

  constructor(readonly commands: readonly Command[]) {
    for (const c of commands) {
      for (const name of [c.name, ...c.aliases]) {
        if (this.byName.has(name)) throw new Error(`two commands are called ${name}`);
        this.byName.set(name, c);
      }
      if (c.pattern) this.patterns.push(c);
    }
  }

  /** The command of exactly this name, or the family that it is spelled from (`lmvm`, `kn`). */
  get(name: string): Command | undefined {
    const named = this.byName.get(name) ?? this.byName.get(name.toLowerCase());
    return named ?? this.patterns.find((c) => c.pattern?.exec(name)?.[0] === name);
  }

  /** The command that a text begins with. Exact names come first, then the patterns of families (`kn`, `lmvm`). */
  recognise(text: string): Recognised {
    const word = WORD.exec(text)?.[0] ?? text.slice(0, 1);
    const named = this.exact(word);
    if (named && !named.command.pattern) return named;
    for (const command of this.patterns) {
      const match = command.pattern?.exec(text);
      if (match?.index === 0) return { command, name: match[0], argsAt: match[0].length };
    }
    if (named) return named;
    throw this.unknown(word);
  }

  /** Names that begin so, for completion; case as typed counts. */
  complete(prefix: string): string[] {
    return [...this.byName.keys()].filter((name) => name.startsWith(prefix)).sort();
  }

  private exact(word: string): Recognised | undefined {
    for (const name of [word, word.toLowerCase(), withoutExtensionName(word)]) {
      const command = this.byName.get(name);
      if (command) return { command, name, argsAt: word.length };
    }
    return undefined;
  }

  private unknown(word: string): UsageError {
    const reason = whyNotApplicable(word);
    if (reason) return new UsageError(reason, 'not-applicable');
    const habit = HABITS.get(word.toLowerCase());
    const near = habit ?? this.nearest(word);
    const hint = near ? `; did you mean ${near}?` : '';
    return new UsageError(`No command or extension is called '${word}'${hint}`, 'unknown-command');
  }

  private nearest(word: string): string | undefined {
    let best: string | undefined;
    let bestDistance = Math.max(2, Math.ceil(word.length / 3)) + 1;
    for (const name of this.byName.keys()) {
      // the first letter is the one that is typed with most care: kk is more likely k than rK
      const other = name[0]?.toLowerCase() === word[0]?.toLowerCase() ? 0 : 0.5;
      const d = editDistance(word.toLowerCase(), name.toLowerCase(), bestDistance) + other;
      if (d < bestDistance) [best, bestDistance] = [name, d];
    }
    return best;
  }
}

/** `!ext.peb` and `!ntsdexts.peb` are `!peb`: we have one namespace for all extensions. */
function withoutExtensionName(word: string): string {
  return word.startsWith('!') && word.includes('.') ? `!${word.slice(word.lastIndexOf('.') + 1)}` : word;
}

/** Levenshtein distance, given up at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? limit;
}

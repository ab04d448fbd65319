import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

/** As many as a menu shows without being looked through. */
const MAX_KEPT = 10;
const kept = z.array(z.string().min(1).max(32_767)).max(1000);

/**
 * The dumps that were opened last, in a file of the person's own: Windows and Linux have no list that a menu could show.
 * Whether a file is still there is seen when it is opened: a network drive that is away would hold the program up here.
 */
export class RecentDumps {
  private paths: string[];

  constructor(private readonly file: string) {
    this.paths = read(file);
  }

  /** The last one first. */
  list(): readonly string[] {
    return this.paths;
  }

  /** Puts a dump first. */
  add(path: string): void {
    this.keep([path, ...this.paths.filter((p) => p !== path)].slice(0, MAX_KEPT));
  }

  clear(): void {
    this.keep([]);
  }

  private keep(paths: string[]): void {
    this.paths = paths;
    try {
      writeFileSync(this.file, JSON.stringify(paths));
    } catch (e) {
      // a folder that cannot be written: the list lives as long as the program
      process.emitWarning(`the list of recent dumps is not kept: ${String(e)}`);
    }
  }
}

/** What the file holds; nothing where it is missing, or was not written by us. */
function read(file: string): string[] {
  if (!existsSync(file)) return [];
  try {
    return kept.parse(JSON.parse(readFileSync(file, 'utf8'))).slice(0, MAX_KEPT);
  } catch (e) {
    process.emitWarning(`the list of recent dumps is damaged: ${String(e)}`);
    return [];
  }
}

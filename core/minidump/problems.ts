/** Something in the file that is not as it should be, and where: the reader went on without it. */
export interface Problem {
  /** bytes from the start of the file */
  readonly offset: number;
  /** one statement of fact: `ModuleListStream has 3 of 40 records` */
  readonly what: string;
}

/** More than a person reads, and a bound on what a hostile file can make us say. */
const MAX_PROBLEMS = 200;

/** What was found wrong so far, each thing once, in the order it was found. */
export class ProblemList {
  private readonly found: Problem[] = [];
  private readonly seen = new Set<string>();

  get all(): readonly Problem[] {
    return this.found;
  }

  add(offset: number, what: string): void {
    const key = `${offset}:${what}`;
    if (this.seen.has(key) || this.found.length >= MAX_PROBLEMS) return;
    this.seen.add(key);
    this.found.push({ offset, what });
  }
}

/**
 * Thrown where synchronous code needs a file that takes time to get (a symbol server's answer). The engine waits for
 * `ready` and runs the command again: a command computes its model before it prints, so a second run repeats nothing
 * that was seen. This keeps the walkers and parsers synchronous and fast.
 */
export class AwaitFirst extends Error {
  constructor(
    readonly ready: Promise<void>,
    /** what is waited for, for the progress line */
    readonly what: string,
  ) {
    super(`waiting for ${what}`);
    this.name = 'AwaitFirst';
  }
}

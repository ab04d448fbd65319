import { visible } from '../core/output/index.ts';

/** Says on standard error what went wrong. Names of files are in it, and those may be called anything. */
export function complain(what: string): void {
  process.stderr.write(`stillframe: ${visible(what)}\n`);
}

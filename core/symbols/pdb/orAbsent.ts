import { OutOfBounds } from '../../errors/index.ts';

/** What `read` gives; undefined where it met the end of a stream: a PDB that is cut short lacks things, no more. */
export function orAbsent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof OutOfBounds) return undefined;
    throw thrown;
  }
}

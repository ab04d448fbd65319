import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import { StillframeError } from '../../core/errors/index.ts';

/** The files that the person has let the server open: a model's wish is checked against them. */
export class AllowedPaths {
  private readonly roots: readonly string[];

  constructor(paths: readonly string[]) {
    this.roots = paths
      .filter((path) => statSync(path, { throwIfNoEntry: false }))
      .map((p) => realpathSync(p));
  }

  /**
   * The real path of a file, links followed. Throws a `StillframeError` where it lies outside, in the same words as
   * where it is not there: what exists elsewhere is nobody's business.
   */
  check(path: string): string {
    let real: string | undefined;
    try {
      real = realpathSync(path);
    } catch {
      real = undefined; // not there, or not for us to see
    }
    if (real !== undefined && this.roots.some((root) => isWithin(root, real))) return real;
    throw new StillframeError('not-available', 'no such file among those that may be opened (--allow)');
  }
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  // a name may begin with two dots, as those of mounted volumes do
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

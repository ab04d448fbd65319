import { randomUUID } from 'node:crypto';
import { basename, dirname, resolve } from 'node:path';
import type { GrantedFile } from './bridge.ts';

/** The files that the person of a window has chosen: their paths for its engines, names and ids for its page. */
export class GrantedFiles {
  private readonly paths = new Map<string, string>();
  private readonly ids = new Map<string, string>();

  constructor(
    /** hears of each file that is new */
    private readonly granted: (id: string, path: string) => void = () => undefined,
  ) {}

  /** All of them, by id. */
  get all(): Iterable<readonly [string, string]> {
    return this.paths;
  }

  /** Lets the engines open a file; `given` is the page's own id for one that was dropped on it. */
  grant(path: string, given?: string): GrantedFile {
    const whole = resolve(path);
    const id = given ?? this.ids.get(whole) ?? randomUUID();
    if (this.paths.get(id) !== whole) {
      this.paths.set(id, whole);
      this.ids.set(whole, id);
      this.granted(id, whole);
    }
    return { id, name: basename(whole), folder: basename(dirname(whole)) };
  }

  /** The file of an id; undefined for one that stands for none. */
  find(id: string): GrantedFile | undefined {
    const path = this.paths.get(id);
    return path === undefined ? undefined : this.grant(path, id);
  }

  pathOf(id: string): string | undefined {
    return this.paths.get(id);
  }
}

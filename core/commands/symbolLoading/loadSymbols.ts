import { AwaitFirst } from '../../errors/index.ts';
import type { Module } from '../../target/index.ts';
import type { Pace } from '../pace.ts';
import type { Session } from '../session.ts';

/**
 * Loads the symbols of modules now, servers included. All downloads that are needed run together. It waits itself, for
 * commands that change something first and must not be run again.
 */
export async function loadSymbols(session: Session, modules: readonly Module[], pace: Pace): Promise<void> {
  let left = modules;
  while (left.length > 0) {
    const waiting = new Map<Module, AwaitFirst>();
    for (const [i, module] of left.entries()) {
      try {
        session.symbols.of(module);
      } catch (e) {
        if (!(e instanceof AwaitFirst)) throw e;
        waiting.set(module, e);
      }
      if (pace.due()) await pace.rest({ done: i, total: left.length, what: module.name });
    }
    left = [...waiting.keys()];
    const [first] = waiting.values();
    // whichever is ready first: the others go on meanwhile
    const ready = Promise.race([...waiting.values()].map((w) => w.ready));
    if (first)
      await pace.until(ready, {
        done: modules.length - left.length,
        total: modules.length,
        what: first.what,
      });
  }
}

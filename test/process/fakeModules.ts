import type { Module, ModuleList } from '../../core/target/index.ts';

/** A list of modules as a target has it, names compared as they are. */
export function fakeModules(modules: readonly Module[]): ModuleList {
  return {
    length: modules.length,
    at: (i) => modules[i],
    find: (address) => modules.find((m) => address >= m.base && address < m.end),
    byName: (name) => modules.find((m) => m.fileName === name),
    [Symbol.iterator]: () => modules[Symbol.iterator](),
  };
}

import type { Module } from '../target/index.ts';
import type { ImportSlots } from './importSlots.ts';
import { hostOfApiSet, isAllocating, type KnownRuntime, runtimeOfDll } from './knownRuntimes.ts';

/** What a module imports from one C runtime: a DLL of it, or all its API sets together. */
export interface CrtImport {
  /** the DLL: `MSVCR90D.dll`; `ucrtbase.dll` for API sets */
  readonly dll: string;
  /** names as the image has them, where they are API sets */
  readonly apiSets: readonly string[];
  readonly known: KnownRuntime;
  /** functions in all, and those that allocate or free */
  readonly functions: number;
  readonly allocating: readonly string[];
  readonly delayed: boolean;
  /** the loaded module that its slots point into, allocating functions asked first; undefined where the dump has none */
  readonly target: Module | undefined;
}

/** What a module imports from C runtimes: what allocates first, then what it uses most. */
export function crtImports(slots: ImportSlots): CrtImport[] {
  const groups = new Map<string, CrtImport>();
  for (const { dll: name } of slots.dlls) {
    const known = name === undefined ? undefined : runtimeOfDll(name);
    if (!known || name === undefined) continue;
    const host = hostOfApiSet(name) ?? name;
    const key = host.toLowerCase();
    const before = groups.get(key);
    const one = importOf(slots, name, host, known);
    groups.set(key, before ? merge(before, one) : one);
  }
  return [...groups.values()].sort(
    (a, b) =>
      Number(b.allocating.length > 0) - Number(a.allocating.length > 0) ||
      Number(b.known.allocates) - Number(a.known.allocates) ||
      b.functions - a.functions,
  );
}

function importOf(slots: ImportSlots, name: string, host: string, known: KnownRuntime): CrtImport {
  const allocating: string[] = [];
  let functions = 0;
  let delayed = true;
  let target: Module | undefined;
  let targetAllocates = false;
  for (const slot of slots.of((dll) => dll === name)) {
    functions++;
    delayed &&= slot.delayed;
    const allocates = slot.name !== undefined && isAllocating(slot.name);
    if (allocates && slot.name !== undefined) allocating.push(slot.name);
    if (target === undefined || (allocates && !targetAllocates)) {
      const module = slots.targetOf(slot);
      // a delayed import that was not called yet points back into its own module
      if (module && module !== slots.module) {
        target = module;
        targetAllocates = allocates;
      }
    }
  }
  return { dll: host, apiSets: host === name ? [] : [name], known, functions, allocating, delayed, target };
}

function merge(a: CrtImport, b: CrtImport): CrtImport {
  return {
    ...a,
    apiSets: [...a.apiSets, ...b.apiSets],
    functions: a.functions + b.functions,
    allocating: [...a.allocating, ...b.allocating],
    delayed: a.delayed && b.delayed,
    target: a.allocating.length > 0 ? a.target : (b.target ?? a.target),
  };
}

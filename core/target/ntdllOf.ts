import type { Machine } from './machine.ts';
import type { Module, Target } from './model.ts';

/** The ntdll of a view of the process: a WOW64 process has one of each width. */
export function ntdllOf({ target, machine }: { target: Target; machine: Machine }): Module | undefined {
  const all = [...target.modules].filter((m) => m.fileName.toLowerCase() === 'ntdll.dll');
  const fits = (m: Module): boolean =>
    m.machine ? m.machine.pointerSize === machine.pointerSize : target.machines.length === 1;
  return all.find(fits) ?? (all.length === 1 ? all[0] : undefined);
}

import type { ModuleEntry } from './moduleIndex.ts';
import type { WalkSpace } from './walkSpace.ts';

/**
 * Whether symbols allow that an address is one a call returns to, where the code itself is nowhere: inside a function,
 * not at its first byte, not in data. True where the module has no symbols that tell.
 */
export function symbolsAllowReturn(space: WalkSpace, entry: ModuleEntry, address: number): boolean {
  const symbols = space.symbolsOf(entry.module);
  if (!symbols || symbols.status === 'export' || symbols.status === 'none') return true;
  const rva = address - entry.base;
  const symbol = symbols.nearest(rva - 1);
  if (!symbol || symbol.kind === 'data' || symbol.kind === 'constant' || symbol.kind === 'type') return false;
  if (symbol.size !== undefined && symbol.size > 0 && rva > symbol.rva + symbol.size) return false;
  return symbols.nearest(rva)?.rva !== rva;
}

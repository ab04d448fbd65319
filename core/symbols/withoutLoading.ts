import type { ModuleList } from '../target/index.ts';
import { createSymbolService } from './createSymbolService.ts';
import { exportSymbols } from './exports.ts';
import type { SymbolService } from './service.ts';

/**
 * What `service` has loaded by now, and the export tables of the other modules: nothing is searched for, read from a
 * PDB or fetched. For views of all threads or modules, which must not cost the symbols of each. What it has found it
 * keeps: make another one when symbols may have been loaded. Without `exports` no image is opened either.
 */
export function withoutLoading(
  modules: ModuleList,
  service: SymbolService,
  { exports = true } = {},
): SymbolService {
  return createSymbolService(modules, {
    load: (module) =>
      service.loaded(module) ?? (exports && module.image ? exportSymbols(module.image) : undefined),
  });
}

import type { ModuleList } from '../target/index.ts';
import { createSymbolService } from './createSymbolService.ts';
import { exportSymbols } from './exports.ts';
import type { SymbolService } from './service.ts';

/**
 * What `service` has loaded by now, and the export tables of the other modules: nothing is searched for, read from a
 * PDB or fetched. For views of all threads or modules, which must not cost the symbols of each. What it has found it
 * keeps: make another one when symbols may have been loaded.
 */
export function withoutLoading(modules: ModuleList, service: SymbolService): SymbolService {
  return createSymbolService(modules, {
    load: (module) => service.loaded(module) ?? (module.image && exportSymbols(module.image)),
  });
}

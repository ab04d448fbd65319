export * from './model.ts';
export type * from './localVariable.ts';
export * from './unwindSource.ts';
export type { FoundSymbol, ReloadOptions, SymbolAttempt, SymbolLoad, SymbolService } from './service.ts';
export { createSymbolLoader } from './createSymbolLoader.ts';
export { createSymbolService, type LoadRequest, type SymbolLoader } from './createSymbolService.ts';
export { exportSymbols } from './exports.ts';
export { withoutLoading } from './withoutLoading.ts';
export { readPdbIdentity } from './readPdbIdentity.ts';
export type { SearchPaths } from './searchPaths.ts';
export * from './source/index.ts';
export * from './symbolOptions.ts';
export * from './store/index.ts';
export type { CandidateFile, FileSearch, SymbolFiles } from './symbolFiles.ts';
export {
  createWasmDemangler,
  provideDemangler,
  undecorate,
  undecorateC,
  UNDNAME,
  type Demangler,
  type UndecorateOptions,
} from './undecorate/index.ts';

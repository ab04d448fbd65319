export { loadMsfz } from './container.ts';
export { openPdb, type PdbFile, type PdbMatch, type PdbOptions } from './pdbFile.ts';
export { PdbSymbols } from './pdbSymbols.ts';
export type { PdbSymbolRecord } from './foundSymbol.ts';
export type { InlineSite, SourcePlace } from './inlineChain.ts';
export type { LocalScope, LocalVariable, VariableLocation } from '../localVariable.ts';
export type { SectionHeader } from './sectionHeaders.ts';

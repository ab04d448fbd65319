export * from './model.ts';
export type { SymbolService, FoundSymbol } from './service.ts';

export { BreakpadSymbols } from './breakpadSymbols.ts';
export type { ModuleRecord } from './moduleRecord.ts';

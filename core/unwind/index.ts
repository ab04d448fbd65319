export * from './frame.ts';
export { walkStack, type WalkInput } from './walkStack.ts';
export type { DynamicFunctionTable } from './dynamicTables.ts';

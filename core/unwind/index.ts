export * from './frame.ts';
export { FpoOverrides, type FpoOverride } from './fpoOverrides.ts';
export { functionUnwindAt, type FunctionUnwind, type FunctionUnwindInput } from './functionUnwind.ts';
export type { Arm64Code } from './arm64/unwindCodes.ts';
export type { Arm64Function } from './arm64/arm64Table.ts';
export { UWOP, type RuntimeFunction, type UnwindCode, type UnwindInfo } from './x64/unwindModel.ts';
export { walkStack, type WalkInput } from './walkStack.ts';
export type { DynamicFunctionTable } from './dynamicTables.ts';

export * from './machine.ts';
export * from './memory.ts';
export * from './model.ts';
export * from './registers/index.ts';
export { DumpTarget, openTarget } from './openTarget.ts';
export { fileNameOf } from './moduleList.ts';
export { ntdllOf } from './ntdllOf.ts';

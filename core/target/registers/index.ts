export type { RegisterContext, RegisterDefinition, RegisterSet } from './model.ts';
export { ContextRecord, contextSize } from './context.ts';

export { StackTraces } from './stackTraces.ts';
export type { AllocationTrace } from './traceEntry.ts';

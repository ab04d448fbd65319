export { StackTraces } from './stackTraces.ts';
export { TraceDatabase } from './traceDatabase.ts';
export type { AllocationTrace } from './traceEntry.ts';

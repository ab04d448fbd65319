export { failureMeaning } from './failureText.ts';
export { findHeapFailure, type HeapFailure } from './findHeapFailure.ts';

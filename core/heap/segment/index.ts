export { findListedHeaps } from './findListedHeaps.ts';
export { segmentHeapWalker } from './segmentHeapWalker.ts';

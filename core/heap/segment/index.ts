export { findListedHeaps } from './findListedHeaps.ts';
export { readSegmentExtra, type SegmentExtra } from './segmentExtra.ts';
export { segmentHeapWalker } from './segmentHeapWalker.ts';

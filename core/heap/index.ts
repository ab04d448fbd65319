export type {
  BlockOwner,
  FindingKind,
  FrontEnd,
  HeapContext,
  HeapCounters,
  HeapCounts,
  HeapFinding,
  HeapKey,
  HeapKind,
  HeapOrigin,
  HeapOutline,
  HeapReference,
  HeapSegment,
  HeapSnapshot,
  HeapSummary,
  HeapWalker,
  Pacer,
} from './model.ts';
export {
  BlockMark,
  BlockPart,
  type BlockRecord,
  type BlockSink,
  BlockState,
  type PartName,
  type StateName,
} from './blockSink.ts';
export { AddressReader, type Span } from './addressReader.ts';
export { type BlockColumns, type HeapBlock } from './heapBlocks.ts';
export { type FinderRequest, type FoundHeap, type HeapFinder, isListed } from './heapReference.ts';
export { type HeapArea, heapMap, type HeapMap, type NumberRange } from './heapMap.ts';
export { mergeRuns } from './mergeRuns.ts';
export { ntdllData, ntdllSymbol } from './ntdllData.ts';
export { type FoundBlock, HeapSet, openHeaps } from './openHeaps.ts';
export { type AllocationTrace, StackTraces } from './stackTraces/index.ts';
export { terminationOnCorruption, type TerminationOnCorruption } from './terminationOnCorruption.ts';

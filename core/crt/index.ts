export { CrtContext, type CrtInput } from './crtInput.ts';
export { detectRuntimes } from './detectRuntimes.ts';
export {
  type CrtMap,
  type CrtModule,
  type Evidence,
  type EvidenceKind,
  type HeapHandle,
  type Linkage,
  type RuntimeCopy,
} from './model.ts';
export { type BlockOwners, blockOwners, type DamagedBlock } from './blockOwners.ts';
export { debugBlocksOf, debugHeaps, FileNames, type HeapDebugBlocks } from './crtBlocks.ts';
export { alignedPointer } from './debug/alignedBlock.ts';
export { Damage, type DebugBlock } from './debug/debugBlocks.ts';
export { type BlockType, GAP_BYTES, GAP_FILL, type HeaderLayout } from './debug/headerLayout.ts';
export { type AddressAnswer, explainAddress, type HeaderView, type PlaceInBlock } from './explainAddress.ts';
export { type Answer, freersOf, mayFree, type Verdict } from './verdicts.ts';
export type { CallFrame, CallStack } from './misuse/callFrame.ts';
export { findMisuse } from './misuse/findMisuse.ts';
export type { FrameName, FreeingFrame, Misuse, MisuseInput, MisuseKind } from './misuse/misuseModel.ts';
export { type ForeignHold, foreignHolds } from './misuse/foreignHolds.ts';
export { type HeapFailureRecord, misuseOfFailure } from './misuse/heapFailure.ts';

import type { Command } from '../command.ts';
import { crt } from './crt.ts';

export { crtContextOf, crtMapOf } from './crtSession.ts';
export type { HeapArea, HeapMap, NumberRange } from '../../heap/index.ts';
export {
  type BlockClasses,
  heapChoices,
  type HeapChoice,
  heapClasses,
  type HeapOwners,
  heapOwners,
  heapPicture,
} from './heapPicture.ts';
export {
  ownership,
  type Ownership,
  type OwnershipFlow,
  type OwnershipHeap,
  type OwnershipModule,
  type OwnershipRuntime,
} from './ownership.ts';
export { type PointerVerdict, pointerVerdict } from './pointerVerdict.ts';
export type { AddressFact } from './addressText.ts';
export { crossModuleFree } from './misuse.ts';

/** C runtimes: whose heap is whose, and who may free what. */
export const crtCommands: readonly Command[] = [crt];

import type { Certainty, Suspect } from '../model.ts';
import {
  badExecution,
  fillPatterns,
  invalidPointer,
  nonCanonical,
  nullDereference,
  textAsPointer,
} from './badPointers.ts';
import type { Clues, Suspicion } from './clues.ts';
import { allocatorCheck, deadlock, heapCorruption, heldLocks, stackOverflow } from './memory.ts';
import {
  cppThrown,
  divideByZero,
  ended,
  failFast,
  libraryCheck,
  namedCode,
  raisedByProgram,
  stowed,
} from './raised.ts';

export type { Clues } from './clues.ts';

/** All suspicions, the more telling ones first: of equal certainty they keep this order. */
const SUSPICIONS: readonly Suspicion[] = [
  heapCorruption,
  allocatorCheck,
  libraryCheck,
  stackOverflow,
  ended,
  cppThrown,
  stowed,
  failFast,
  fillPatterns,
  nonCanonical,
  nullDereference,
  badExecution,
  divideByZero,
  raisedByProgram,
  namedCode,
  deadlock,
  textAsPointer,
  invalidPointer,
  heldLocks,
];
const ORDER: readonly Certainty[] = ['certain', 'likely', 'possible'];

/** What may have gone wrong, the most certain first. */
export function suspectsOf(clues: Clues): Suspect[] {
  const found = SUSPICIONS.flatMap((s) => s(clues));
  // that a breakpoint was hit explains nothing where something else does
  const all = found.length > 1 ? found.filter((s) => s.kind !== 'breakpoint') : found;
  return ORDER.flatMap((certainty) => all.filter((s) => s.certainty === certainty));
}

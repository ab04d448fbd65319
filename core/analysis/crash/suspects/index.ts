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
import { allocatorCheck, deadlock, heapCorruption, heldLocks, stackOverflow, wrongFree } from './memory.ts';
import { toldToHandler } from './handlers.ts';
import {
  arrayBounds,
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
export { mayBeWrongFree } from './memory.ts';

/** All suspicions, the more telling ones first: of equal certainty they keep this order. */
const SUSPICIONS: readonly Suspicion[] = [
  wrongFree,
  heapCorruption,
  allocatorCheck,
  libraryCheck,
  stackOverflow,
  toldToHandler,
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
  arrayBounds,
  namedCode,
  deadlock,
  textAsPointer,
  invalidPointer,
  heldLocks,
];
/** kinds that the books of heaps and runtimes give */
const FREES = new Set(['cross-module free', 'wrong heap', 'not a block', 'double free', 'debug assertion']);
const ORDER: readonly Certainty[] = ['certain', 'likely', 'possible'];

/** What may have gone wrong, the most certain first. */
export function suspectsOf(clues: Clues): Suspect[] {
  const found = SUSPICIONS.flatMap((s) => s(clues));
  return ORDER.flatMap((certainty) =>
    found.filter((s) => s.certainty === certainty && !isExplained(s, found)),
  );
}

/** A breakpoint explains nothing where something else does, and a check of the allocator not what it found. */
function isExplained({ kind }: Suspect, found: readonly Suspect[]): boolean {
  if (kind === 'breakpoint') return found.length > 1;
  return kind === 'allocator check' && found.some((s) => FREES.has(s.kind));
}

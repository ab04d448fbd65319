import { ExceptionCode } from '../../exceptions/index.ts';
import type { CrashAnalysis } from '../model.ts';
import { frameLabel } from '../nameFrames.ts';
import { threadName } from '../placeOf.ts';
import { withoutScope } from '../skipRules.ts';
import { codeOf, hexCode, type Suspicion } from './clues.ts';

/** Functions of a cycle that are named. */
const SHOWN = 8;

export const stackOverflow: Suspicion = ({ exhaustion, recursion }) => {
  if (!exhaustion && !recursion) return [];
  const evidence = [...(exhaustion?.evidence ?? [])];
  if (recursion) {
    const { cycle, repeats, bytesPerRound, firstFrame } = recursion;
    const names = cycle.slice(0, SHOWN).map(frameLabel);
    const more = cycle.length > SHOWN ? `, and ${cycle.length - SHOWN} more` : '';
    evidence.push(
      `from frame ${firstFrame.toString(16)} on ${names.join(' <- ')}${more} repeats ${repeats} times, 0x${bytesPerRound.toString(16)} bytes of stack each time`,
    );
  }
  const statement = exhaustion
    ? recursion
      ? 'The stack overflowed by endless recursion'
      : 'The stack overflowed'
    : 'Functions call each other again and again';
  const certainty = exhaustion ? 'certain' : 'possible';
  return [{ kind: exhaustion ? 'stack overflow' : 'recursion', certainty, statement, evidence }];
};

export const heapCorruption: Suspicion = (clues) => {
  const { heapFailure, exception } = clues;
  const code = codeOf(clues);
  if (code !== ExceptionCode.HeapCorruption && !heapFailure) return [];
  const evidence: string[] = [];
  if (code === ExceptionCode.HeapCorruption) {
    const [info] = exception?.record.parameters ?? [];
    const at = info === undefined ? '' : `, with the heap manager's record at 0x${info.toString(16)}`;
    evidence.push(`exception code ${hexCode(code)}${at}`);
  }
  if (heapFailure) {
    const { typeName, heap, address, record } = heapFailure;
    evidence.push(
      `RtlpHeapFailureInfo at 0x${record.toString(16)}: ${typeName ?? 'a failure of unknown kind'}, heap 0x${heap.toString(16)}, block 0x${address.toString(16)}`,
    );
  }
  return [
    {
      kind: 'heap corruption',
      certainty: 'certain',
      statement: `The heap manager found damage${heapFailure?.meaning ? `: ${heapFailure.meaning}` : ''}`,
      evidence,
    },
  ];
};

/** Functions that check a block that was given back: a breakpoint in them is a check that failed. */
const CHECKS =
  /^_*(free|realloc|recalloc|msize|expand|delete|Crt(IsValid\w+|Check\w+)|(free|realloc|msize|expand)_(dbg|base)\w*|operator delete.*)$/;
const CHECK_FRAMES = 8;

/** Functions on a stack that give memory back. */
const FREEING = /free|delete|realloc/i;

/**
 * Whether it is worth asking who may free what: a heap manager or an allocator stopped, or the stack begins in
 * functions that give memory back. Where no symbol names the functions at a breakpoint, it may be a runtime's own check.
 */
export function mayBeWrongFree({ frames, suspects, isHang }: CrashAnalysis): boolean {
  if (isHang) return false;
  const isUnnamed = frames.slice(0, CHECK_FRAMES).some((f) => f.function === undefined || f.isExport);
  if (isUnnamed && suspects.some((s) => s.kind === 'breakpoint')) return true;
  if (suspects.some((s) => s.kind === 'heap corruption' || s.kind === 'allocator check')) return true;
  return frames.slice(0, CHECK_FRAMES).some((f) => f.function !== undefined && FREEING.test(f.function));
}

/** Frees of memory by the wrong one, as heaps and runtimes show them. */
export const wrongFree: Suspicion = ({ wrongFrees }) => wrongFrees ?? [];

/** A check of the allocator that stopped the process at a breakpoint. */
export const allocatorCheck: Suspicion = (clues) => {
  if (codeOf(clues) !== ExceptionCode.Breakpoint) return [];
  const found = clues.frames
    .slice(0, CHECK_FRAMES)
    .find((f) => f.function !== undefined && !f.isExport && CHECKS.test(withoutScope(f.function)));
  if (!found) return [];
  return [
    {
      kind: 'allocator check',
      certainty: 'likely',
      statement:
        'A check of the allocator failed: a block that was given back is damaged, was freed before, or belongs to another heap',
      evidence: [
        `a breakpoint was executed under frame ${found.frame.index.toString(16)}, ${frameLabel(found)}`,
      ],
    },
  ];
};

export const deadlock: Suspicion = ({ deadlocks }) =>
  deadlocks.map(({ waits }) => ({
    kind: 'deadlock',
    certainty: 'certain',
    statement: `${waits.map((w) => threadName(w.thread)).join(' and ')} wait for each other`,
    evidence: waits.map((w) => `${threadName(w.thread)} waits for ${w.reason}: ${w.evidence}`),
  }));

/** Threads that wait for one that does not run on, where no circle explains it. */
export const heldLocks: Suspicion = ({ waits, deadlocks }) => {
  if (deadlocks.length > 0) return [];
  return waits
    .filter((w) => w.section !== undefined)
    .map((w) => ({
      kind: 'lock held',
      certainty: 'possible' as const,
      statement: `${threadName(w.thread)} waits for ${w.reason}`,
      evidence: [w.evidence],
    }));
};

import type { Machine, Thread } from '../../target/index.ts';
import { comesFromProcessor, cppException, ExceptionCode, stowedExceptions } from '../exceptions/index.ts';
import { accessOf } from './access.ts';
import { blameFrame } from './blame.ts';
import { bucketOf } from './bucket.ts';
import { walk, type CrashInput } from './crashInput.ts';
import { faultingInstruction } from './faultingInstruction.ts';
import { findException } from './findException.ts';
import { findDeadlocks, findWaits } from './findWaits.ts';
import type { CrashAnalysis, FoundException } from './model.ts';
import { nameFrames } from './nameFrames.ts';
import { findRecursion } from './recursion.ts';
import { stackExhaustion } from './stackExhaustion.ts';
import { suspectsOf } from './suspects/index.ts';

/** Frames that are walked where a stack has run out, so that its cycle can be counted. */
const RECURSION_FRAMES = 20_000;

export interface AnalysisOptions {
  /** look for what threads wait for, as `!analyze -hang` */
  readonly hang?: boolean;
}

/**
 * Why the process ended or hangs, by what the dump holds. Pure: it reads and changes nothing, and every statement in
 * the result names its evidence. May throw `AwaitFirst` while symbols are fetched; the caller runs it again.
 */
export function analyzeCrash(input: CrashInput, options: AnalysisOptions = {}): CrashAnalysis {
  const exception = findException(input);
  const machine = exception?.machine ?? input.machine;
  const thread = exception ? exception.thread : input.thread;
  const registers = exception?.registers ?? thread?.context(machine);
  const isHang = options.hang === true || !exception;
  const isFault = exception !== undefined && !isHang;

  const instruction =
    isFault && registers
      ? faultingInstruction(input, registers, {
          usesOperand: comesFromProcessor(exception.record.code),
          segmentBase: segments(input, machine, thread),
        })
      : undefined;
  const access = isFault ? accessOf(input, exception.record, exception.registers, instruction) : undefined;
  const exhaustion = isFault ? stackExhaustion(input, exception, access) : undefined;
  const limit = exhaustion ? Math.max(RECURSION_FRAMES, input.frameLimit) : input.frameLimit;
  const trace = walk(input, machine, thread, registers, limit);
  const frames = nameFrames(input.symbols, trace.frames);
  const recursion = findRecursion(frames);
  const blame = blameFrame(frames, exhaustion ? recursion : undefined);
  const cpp = exception && cppException(input.target.memory, machine, exception.record);
  const stowed = exception ? stowedExceptions(input.target.memory, machine, exception.record) : [];
  const heapFailure = isFault && mayBeHeap(exception) ? input.heapFailure?.(machine) : undefined;
  const waits = isHang ? findWaits(input, machine) : [];
  const deadlocks = findDeadlocks(waits);

  return {
    exception,
    cpp,
    stowed,
    machine,
    thread,
    access,
    instruction,
    trace,
    frames,
    recursion,
    blame,
    bucket: bucketOf({
      exception,
      access,
      blame,
      heapFailure,
      isStackOverflow: exhaustion !== undefined,
      isHang,
      hasDeadlock: deadlocks.length > 0,
    }),
    suspects: suspectsOf({
      exception: isHang ? undefined : exception,
      access,
      instruction,
      frames,
      blame,
      recursion,
      exhaustion,
      cpp: isHang ? undefined : cpp,
      stowed: isHang ? [] : stowed,
      assertion: isHang ? undefined : input.target.dump?.assertionInfo,
      heapFailure,
      wrongFrees: input.wrongFrees,
      waits,
      deadlocks,
    }),
    waits,
    deadlocks,
    isHang,
  };
}

/** The heap manager's record is asked for where an exception may come from it. */
function mayBeHeap({ record }: FoundException): boolean {
  const code = record.code >>> 0;
  return (
    code === ExceptionCode.HeapCorruption ||
    code === ExceptionCode.Breakpoint ||
    code === ExceptionCode.FailFast
  );
}

/** fs and gs begin at the TEB of the thread. */
function segments(
  input: CrashInput,
  machine: Machine,
  thread: Thread | undefined,
): (name: string) => bigint | undefined {
  return (name) => {
    const own = machine.pointerSize === 4 ? 'fs' : 'gs';
    return name === own ? thread?.tebFor(machine) : undefined;
  };
}

import { ExceptionCode, failFastName } from '../exceptions/index.ts';
import type { HeapFailureSummary } from './crashInput.ts';
import { fillPatternOf } from './fillPatterns.ts';
import { NULL_LIMIT } from './judgeValue.ts';
import type { Access, Blame, Bucket, FoundException } from './model.ts';

/** WinDbg's classes of failures by exception code; accesses, heap failures and fail-fast codes have their own. */
const CLASSES: Readonly<Record<number, string>> = {
  [ExceptionCode.Breakpoint]: 'BREAKPOINT',
  [ExceptionCode.Wow64Breakpoint]: 'WOW64_BREAKPOINT',
  [ExceptionCode.SingleStep]: 'SINGLE_STEP',
  [ExceptionCode.GuardPage]: 'GUARD_PAGE_VIOLATION',
  [ExceptionCode.InPageError]: 'IN_PAGE_ERROR',
  [ExceptionCode.IllegalInstruction]: 'ILLEGAL_INSTRUCTION',
  [ExceptionCode.PrivilegedInstruction]: 'PRIVILEGED_INSTRUCTION',
  [ExceptionCode.ArrayBoundsExceeded]: 'ARRAY_BOUNDS_EXCEEDED',
  [ExceptionCode.IntegerDivideByZero]: 'INTEGER_DIVIDE_BY_ZERO',
  [ExceptionCode.IntegerOverflow]: 'INTEGER_OVERFLOW',
  [ExceptionCode.StackOverflow]: 'STACK_OVERFLOW',
  [ExceptionCode.PossibleDeadlock]: 'POSSIBLE_DEADLOCK',
  [ExceptionCode.StowedException]: 'STOWED_EXCEPTION',
  [ExceptionCode.FailFastException]: 'FAIL_FAST_EXCEPTION',
  [ExceptionCode.InvalidCrtParameter]: 'INVALID_CRUNTIME_PARAMETER',
  [ExceptionCode.VerifierStop]: 'VERIFIER_STOP',
  [ExceptionCode.CppException]: 'CPP_EXCEPTION',
  [ExceptionCode.ClrException]: 'CLR_EXCEPTION',
  [ExceptionCode.OldClrException]: 'CLR_EXCEPTION',
  [ExceptionCode.ApplicationHang]: 'APPLICATION_HANG',
};
/** FAST_FAIL_* that mean that a stack buffer was overrun: legacy /GS failures and the cookie check. */
const OVERRUN_SUBCODES = new Set([0n, 2n]);
/** the code that WinDbg gives hangs that nobody raised an exception for */
const HANG_CODE = ExceptionCode.ApplicationHang;

export interface BucketInput {
  readonly exception?: FoundException;
  readonly access?: Access;
  readonly blame?: Blame;
  readonly heapFailure?: HeapFailureSummary;
  /** the stack had run out, whatever the code says */
  readonly isStackOverflow: boolean;
  readonly isHang: boolean;
  readonly hasDeadlock: boolean;
}

/** The bucket in WinDbg's wording: `NULL_POINTER_READ_c0000005_app.exe!main`. */
export function bucketOf(input: BucketInput): Bucket {
  const { exception, blame } = input;
  const hang = input.isHang || !exception;
  const code = hang ? HANG_CODE : exception.record.code >>> 0;
  const { problemClass, dereference } = hang
    ? {
        problemClass: input.hasDeadlock ? 'APPLICATION_HANG_DEADLOCK' : 'APPLICATION_HANG',
        dereference: undefined,
      }
    : classOf(input, exception, code);
  // an unknown code stands for itself, without leading zeros
  const digits =
    problemClass === 'APPLICATION_FAULT' ? code.toString(16) : code.toString(16).padStart(8, '0');
  return { problemClass, dereference, id: `${problemClass}_${digits}_${whereText(blame)}` };
}

function classOf(
  { access, heapFailure, isStackOverflow }: BucketInput,
  { record }: FoundException,
  code: number,
): Pick<Bucket, 'problemClass' | 'dereference'> {
  if (isStackOverflow) return { problemClass: 'STACK_OVERFLOW' };
  if (code === ExceptionCode.AccessViolation) return accessClass(access);
  if (code === ExceptionCode.HeapCorruption) return { problemClass: heapClass(heapFailure) };
  if (code === ExceptionCode.FailFast) return { problemClass: failFastClass(record.parameters[0]) };
  return { problemClass: CLASSES[code] ?? 'APPLICATION_FAULT' };
}

function accessClass(access: Access | undefined): Pick<Bucket, 'problemClass' | 'dereference'> {
  if (!access) return { problemClass: 'INVALID_POINTER' };
  const kind = access.kind.toUpperCase();
  const { address, place } = access;
  if (access.kind === 'execute') {
    if (address < NULL_LIMIT)
      return { problemClass: 'SOFTWARE_NX_FAULT_NULL_INVALID_POINTER_EXECUTE', dereference: 'NullPtr' };
    if (place.kind === 'unloaded module')
      return { problemClass: 'SOFTWARE_NX_FAULT_INVALID_POINTER_EXECUTE' };
    const data = ['stack', 'heap', 'other', 'module'].includes(place.kind);
    return { problemClass: data ? 'SOFTWARE_NX_FAULT' : 'INVALID_POINTER_EXECUTE' };
  }
  if (address === 0n) return { problemClass: `NULL_POINTER_${kind}`, dereference: 'NullPtr' };
  if (address < NULL_LIMIT) return { problemClass: `NULL_CLASS_PTR_${kind}`, dereference: 'NullClassPtr' };
  // the pattern of the address, whatever the width of the machine
  const match = fillPatternOf(address, 4) ?? fillPatternOf(address, 8);
  const pattern = match ? `_FILL_PATTERN_${match.pattern.value.toString(16)}` : '';
  return { problemClass: `INVALID_POINTER_${kind}${pattern}` };
}

/** `HEAP_CORRUPTION_ACTIONABLE_BlockNotBusy`: the heap manager's name for it, as WinDbg writes it. */
function heapClass(failure: HeapFailureSummary | undefined): string {
  const name = failure?.typeName?.replace(/^heap_failure_/, '');
  if (name === undefined) return 'HEAP_CORRUPTION';
  const words = name.split('_').map((w) => w.charAt(0).toUpperCase() + w.slice(1));
  const double = name === 'block_not_busy' ? '_DOUBLE_FREE' : '';
  return `HEAP_CORRUPTION_ACTIONABLE_${words.join('')}${double}`;
}

function failFastClass(subcode: bigint | undefined): string {
  const name = subcode === undefined ? undefined : failFastName(subcode)?.replace(/^FAST_FAIL_/, '');
  if (name === undefined) return 'FAIL_FAST';
  const overrun = subcode !== undefined && OVERRUN_SUBCODES.has(subcode) ? 'STACK_BUFFER_OVERRUN_' : '';
  return `FAIL_FAST_${overrun}${name}`;
}

function whereText(blame: Blame | undefined): string {
  const frame = blame?.frame;
  if (!frame?.module) return 'unknown!unknown_error_in_process';
  const known = frame.function !== undefined && !frame.isExport;
  return `${frame.module.fileName}!${known ? frame.function : 'Unknown'}`;
}

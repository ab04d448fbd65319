import {
  comesFromProcessor,
  ExceptionCode,
  exceptionName,
  failFastName,
  isCustomerCode,
} from '../../exceptions/index.ts';
import { divisorOf } from '../faultingInstruction.ts';
import type { NamedFrame, Suspect } from '../model.ts';
import { frameLabel } from '../nameFrames.ts';
import { withoutScope } from '../skipRules.ts';
import { codeOf, hexCode, type Clues, type Suspicion } from './clues.ts';

/** Frames from the innermost that tell why a process ended. */
const LOOKED_AT = 40;
/** what __fastfail stands for besides its name: abort() and std::terminate() of the universal C runtime */
const FATAL_APP_EXIT = 7n;
const STACK_COOKIE = 2n;

function frameCalled({ frames }: Clues, pattern: RegExp): NamedFrame | undefined {
  return frames
    .slice(0, LOOKED_AT)
    .find((f) => f.function !== undefined && !isFar(f) && pattern.test(withoutScope(f.function)));
}

/** an export's name says nothing of code far behind it */
function isFar({ isExport, displacement }: NamedFrame): boolean {
  return isExport && displacement > 0x400n;
}

function onStack(frame: NamedFrame): string {
  return `frame ${frame.frame.index.toString(16)} of the stack is ${frameLabel(frame)}`;
}

export const cppThrown: Suspicion = ({ cpp }) => {
  if (!cpp) return [];
  const type = cpp.types[0]?.name;
  const evidence = [
    `exception code ${hexCode(ExceptionCode.CppException)} with the object at 0x${cpp.object.toString(16)} and its tables at 0x${cpp.throwInfo.toString(16)}`,
  ];
  if (cpp.types.length === 0) evidence.push('the tables that name its type are not in the dump');
  else evidence.push(`its tables name ${cpp.types.map((t) => t.name).join(', ')}`);
  if (cpp.what !== undefined) evidence.push(`what() returns ${JSON.stringify(cpp.what)}`);
  if (cpp.value !== undefined) evidence.push(`its value is ${cpp.value}`);
  const says = cpp.what ?? cpp.value;
  return [
    {
      kind: 'C++ exception',
      certainty: 'certain',
      statement: `A C++ exception${type ? ` of type ${type}` : ''} was thrown${says ? `: ${says}` : ''}`,
      evidence,
    },
  ];
};

export const stowed: Suspicion = ({ stowed: list }) =>
  list.map((s) => ({
    kind: 'stowed exception',
    certainty: 'certain',
    statement: `The Windows Runtime put aside an error of ${hexCode(s.resultCode)}${s.text ? `: ${s.text}` : ''}`,
    evidence: [
      `STOWED_EXCEPTION_INFORMATION_V${s.version} at 0x${s.address.toString(16)}`,
      ...(s.exceptionAddress === undefined ? [] : [`it was raised at 0x${s.exceptionAddress.toString(16)}`]),
    ],
  }));

export const failFast: Suspicion = (clues) => {
  const code = codeOf(clues);
  if (code !== ExceptionCode.FailFast && code !== ExceptionCode.FailFastException) return [];
  const [subcode] = clues.exception?.record.parameters ?? [];
  const name = subcode === undefined ? undefined : failFastName(subcode);
  const statement =
    code === ExceptionCode.FailFastException
      ? 'The process ended itself (RaiseFailFastException)'
      : subcode === STACK_COOKIE
        ? 'The security cookie of a function was overwritten: a buffer on the stack was overrun'
        : `The process ended itself by __fastfail: ${name ?? 'an unknown code'}`;
  const evidence = [
    `exception code ${hexCode(code)}${subcode === undefined ? '' : `, first parameter 0x${subcode.toString(16)}${name ? ` (${name})` : ''}`}`,
  ];
  return [{ kind: 'fail fast', certainty: 'certain', statement, evidence }];
};

/** abort(), assertions, terminate() and the like, by who is on the stack. */
export const ended: Suspicion = (clues) => {
  const { exception } = clues;
  const enders: readonly (readonly [RegExp, string, string])[] = [
    [
      /^_*purecall$/,
      'pure virtual call',
      'A pure virtual function was called: the object is being built or destroyed, or was destroyed',
    ],
    [/^_*(wassert|assert|common_assert_to_\w+)$/, 'assertion', 'An assertion failed'],
    [
      /^_*(invalid_parameter\w*|invoke_watson)$/,
      'invalid parameter',
      'A function of the C library was called with an invalid argument',
    ],
    [
      /^(terminate|_*terminate|unexpected)$/,
      'terminate',
      'std::terminate was called: an exception was not caught, or left a noexcept function',
    ],
    [
      /^_*report_gsfailure$/,
      'stack buffer overrun',
      'The security cookie of a function was overwritten: a buffer on the stack was overrun',
    ],
    [/^_*report_rangecheckfailure$/, 'range check', 'An array was indexed out of its bounds'],
    [
      /^(_Xlen\w*|_Xout_of_range|_Xbad_\w+|_Xinvalid_argument)$/,
      'C++ library',
      'The C++ library threw for its caller',
    ],
    [/^_*abort$/, 'abort', 'abort() was called'],
    [/^(_CrtDbgReport\w*|_VCrtDbgReport\w*)$/, 'debug report', 'The debug C runtime reported a failure'],
  ];
  const found = enders.flatMap(([pattern, kind, statement]): Suspect[] => {
    const frame = frameCalled(clues, pattern);
    return frame ? [{ kind, certainty: 'certain', statement, evidence: [onStack(frame)] }] : [];
  });
  const isAbort = found.some((s) => s.kind === 'abort');
  const [subcode] = exception?.record.parameters ?? [];
  if (!isAbort && codeOf(clues) === ExceptionCode.FailFast && subcode === FATAL_APP_EXIT) {
    found.push({
      kind: 'abort',
      certainty: 'likely',
      statement: 'abort(), std::terminate() or the like ended the process',
      evidence: ['the C runtime (and that of Rust) ends the process with FAST_FAIL_FATAL_APP_EXIT'],
    });
  }
  return found;
};

export const divideByZero: Suspicion = (clues) => {
  const { instruction, exception } = clues;
  if (codeOf(clues) !== ExceptionCode.IntegerDivideByZero) return [];
  const divisor =
    instruction && exception?.registers ? divisorOf(instruction, exception.registers) : undefined;
  const evidence = [`exception code ${hexCode(codeOf(clues))}`];
  if (divisor) evidence.push(`the divisor ${divisor.text} is ${divisor.value}`);
  return [
    { kind: 'divide by zero', certainty: 'certain', statement: 'A number was divided by zero', evidence },
  ];
};

/** RaiseException is in kernelbase since Windows 7, before that in kernel32 */
const HOMES_OF_RAISERS = /^kernel(?:base|32)\.dll$/i;
const RAISERS = /^(RaiseException|RtlRaiseException|RtlRaiseStatus)$/;

/** An exception that the program raised itself. */
export const raisedByProgram: Suspicion = (clues) => {
  const code = codeOf(clues);
  const others: readonly number[] = [
    ExceptionCode.CppException,
    ExceptionCode.ClrException,
    ExceptionCode.OldClrException,
    ExceptionCode.HeapCorruption,
    ExceptionCode.FailFast,
    ExceptionCode.StowedException,
  ];
  if (code === 0 || others.includes(code)) return [];
  const raiser = clues.frames
    .slice(0, 2)
    .find((f) => f.function !== undefined && !isFar(f) && RAISERS.test(f.function));
  const isCustomer = isCustomerCode(code);
  const home = clues.frames[0]?.module;
  const isAtRaiser = home && HOMES_OF_RAISERS.test(home.fileName) && !comesFromProcessor(code);
  if (!raiser && !isCustomer && !isAtRaiser) return [];
  const evidence = raiser ? [onStack(raiser)] : [];
  if (!raiser && isAtRaiser)
    evidence.push(
      `the instruction pointer is in ${home.name}, where RaiseException lies, and no fault of the processor has the code ${hexCode(code)}`,
    );
  if (isCustomer) evidence.push(`bit 29 of ${hexCode(code)} marks codes that programs define`);
  const parameters = clues.exception?.record.parameters ?? [];
  if (parameters.length > 0)
    evidence.push(`its parameters are ${parameters.map((p) => `0x${p.toString(16)}`).join(', ')}`);
  return [
    {
      kind: 'raised exception',
      certainty: raiser || isCustomer ? 'certain' : 'likely',
      statement: `The program raised exception ${hexCode(code)} itself`,
      evidence,
    },
  ];
};

/** A check in code of the C++ library that was compiled into the program. */
export const libraryCheck: Suspicion = (clues) => {
  const [frame] = clues.frames;
  const code = codeOf(clues);
  if (
    code !== ExceptionCode.Breakpoint ||
    frame?.function === undefined ||
    !frame.function.startsWith('std::')
  )
    return [];
  return [
    {
      kind: 'library check',
      certainty: 'likely',
      statement: `A check of the C++ library failed in ${frame.function}`,
      evidence: [`the breakpoint is in its code: ${onStack(frame)}`],
    },
  ];
};

/** The processor finds it with the instruction `bound` alone; else a checker in the program raised the code. */
export const arrayBounds: Suspicion = (clues) => {
  if (codeOf(clues) !== ExceptionCode.ArrayBoundsExceeded) return [];
  const evidence = [`exception code ${hexCode(ExceptionCode.ArrayBoundsExceeded)}`];
  const statement = 'An array was indexed out of its bounds';
  if (clues.instruction?.instruction?.mnemonic === 'bound')
    return [{ kind: 'array bounds', certainty: 'certain', statement, evidence }];
  evidence.push('the instruction is no `bound`: code of the program checked, and raised it');
  return [{ kind: 'array bounds', certainty: 'likely', statement, evidence }];
};

/** Codes that say by themselves what happened. */
export const namedCode: Suspicion = (clues) => {
  const code = codeOf(clues);
  const statements: Readonly<Record<number, readonly [string, string]>> = {
    [ExceptionCode.IllegalInstruction]: [
      'illegal instruction',
      'Bytes that are no instruction were executed',
    ],
    [ExceptionCode.PrivilegedInstruction]: [
      'privileged instruction',
      'An instruction was executed that programs may not',
    ],
    [ExceptionCode.IntegerOverflow]: ['integer overflow', 'The result of a division does not fit'],
    [ExceptionCode.InPageError]: ['in-page error', 'A page could not be read from its file'],
    [ExceptionCode.InvalidCrtParameter]: [
      'invalid parameter',
      'A function of the C library was called with an invalid argument',
    ],
    [ExceptionCode.InvalidParameter]: [
      'invalid parameter',
      'An invalid parameter was passed (STATUS_INVALID_PARAMETER)',
    ],
    [ExceptionCode.VerifierStop]: ['verifier stop', 'Application Verifier stopped the process'],
    [ExceptionCode.ClrException]: ['CLR exception', 'A managed exception was thrown'],
    [ExceptionCode.PossibleDeadlock]: [
      'deadlock',
      'Windows found a wait for a critical section to take too long',
    ],
    [ExceptionCode.Breakpoint]: [
      'breakpoint',
      'A breakpoint instruction was executed, or a debugger broke in',
    ],
  };
  const found = statements[code];
  if (!found || (code === ExceptionCode.InvalidParameter && clues.assertion)) return [];
  const name = exceptionName(code);
  return [
    {
      kind: found[0],
      certainty: 'certain',
      statement: found[1],
      evidence: [`exception code ${hexCode(code)}${name ? ` (${name})` : ''}`],
    },
  ];
};

import type { RegisterContext } from '../../target/index.ts';
import type { Session } from '../session.ts';
import { effectiveAddresses } from './effectiveAddresses.ts';
import { entryPointOf, mainModule } from './mainModule.ts';

/** Windows' page size on every processor whose dumps we read. */
const PAGE_SIZE = 0x1000n;
/** 100 ns units between 1601 (FILETIME) and 1970 */
const FILETIME_EPOCH = 116_444_736_000_000_000n;
/** EXCEPTION_MAXIMUM_PARAMETERS of winnt.h */
const MAX_PARAMETERS = 15;

/** `registers` are those that `@rax` means: the context's, or a frame's */
type Compute = (session: Session, registers: RegisterContext | undefined) => bigint | undefined;

/**
 * The automatic pseudo-registers of pseudo-register-syntax.md, as far as a user-mode dump has values for them. Not
 * here, so that WinDbg's "Bad register error" is the answer: `$previp` and `$relip` need a history of events,
 * `$exr_chance` what no dump records, `$clrex` and `$lastclrex` the .NET runtime's data access library, `$pcr` and
 * `$bug_*` a kernel.
 */
const AUTOMATIC: Readonly<Record<string, Compute>> = {
  $ip: (_, registers) => registers?.ip,
  $eventip: (s) => eventRegisters(s)?.ip ?? s.target.exception?.record.address,
  $scopeip: (s) => (s.frame === 0 ? s.registers()?.ip : s.currentFrame()?.instruction),
  $exentry: (s) => {
    const module = mainModule(s);
    return module && entryPointOf(module);
  },
  $csp: (_, registers) => registers?.sp,
  $ra: (s, registers) => s.walk(s.thread, { from: registers, limit: 1 }).frames[0]?.returnAddress,
  $frame: (s) => BigInt(s.frame),
  $retreg: (s, registers) => registers?.get(RETURN_REGISTER[s.machine.kind]),
  $retreg64: returnValue64,
  $argreg: (s, registers) => {
    const name = ARGUMENT_REGISTER[s.machine.kind];
    return name === undefined ? undefined : registers?.get(name);
  },
  $ea: (s, registers) => effectiveAddresses(s, registers)[0],
  $ea2: (s, registers) => effectiveAddresses(s, registers)[1],
  $peb: (s) => s.target.peb(s.machine),
  $teb: (s) => s.thread?.tebFor(s.machine),
  // a user-mode dump has no EPROCESS and ETHREAD: $thread is documented as the TEB, $proc is its like
  $proc: (s) => s.target.peb(s.machine),
  $thread: (s) => s.thread?.tebFor(s.machine),
  $tpid: (s) => (s.target.system.processId === undefined ? undefined : BigInt(s.target.system.processId)),
  $tid: (s) => s.thread && BigInt(s.thread.id),
  $dtid: (s) => s.thread && BigInt(s.thread.index),
  // each dump has one process, so both are numbered alike
  $dpid: (s) => BigInt(numberOf(s)),
  $dsid: (s) => BigInt(numberOf(s)),
  $ptrsize: (s) => BigInt(s.machine.pointerSize),
  $pagesize: () => PAGE_SIZE,
  $dbgtime: (s) => {
    const seconds = s.target.system.dumpTime;
    return seconds === undefined ? undefined : BigInt(Math.floor(seconds)) * 10_000_000n + FILETIME_EPOCH;
  },
  $exr_code: (s) => s.target.exception && BigInt(s.target.exception.record.code >>> 0),
  $exr_numparams: (s) => s.target.exception && BigInt(s.target.exception.record.parameters.length),
};

const RETURN_REGISTER = { x86: 'eax', x64: 'rax', arm64: 'x0', arm: 'r0' } as const;
/** the register of the first integer argument; x86 conventions have none in common */
const ARGUMENT_REGISTER: Readonly<Record<string, string | undefined>> = {
  x64: 'rcx',
  arm64: 'x0',
  arm: 'r0',
};

/** What is the same wherever the person stands in the process. */
const OF_PROCESS = /^\$(?:eventip|exentry|tpid|dpid|dsid|pagesize|dbgtime|exr_.*|bp\d+)$/;

/** Whether a pseudo-register is another one in another thread, frame or machine in effect. */
export function followsContext(name: string): boolean {
  return Object.hasOwn(AUTOMATIC, name) && !OF_PROCESS.test(name);
}

/** The value of an automatic pseudo-register, by its name with `$`; undefined where the dump has none for it. */
export function automaticPseudoRegister(
  name: string,
  session: Session,
  registers = session.registers(),
): bigint | undefined {
  const compute = Object.hasOwn(AUTOMATIC, name) ? AUTOMATIC[name] : undefined;
  if (compute) return compute(session, registers);
  // no breakpoints in a dump: documented to be zero then
  if (/^\$bp\d{1,5}$/.test(name)) return 0n;
  const parameter = /^\$exr_param(\d{1,2})$/.exec(name)?.[1];
  if (parameter !== undefined && Number(parameter) < MAX_PARAMETERS) {
    return session.target.exception?.record.parameters[Number(parameter)];
  }
  return undefined;
}

/** The registers at the event that the dump was written for. */
function eventRegisters(session: Session): ReturnType<Session['registers']> {
  const { exception, threads } = session.target;
  if (exception?.context) return exception.context;
  const thread = threads.find((t) => t.id === exception?.threadId) ?? threads[0];
  return thread?.context(session.target.system.machine);
}

/** edx:eax on x86, the return register itself elsewhere. */
function returnValue64(session: Session, registers: RegisterContext | undefined): bigint | undefined {
  if (session.machine.kind !== 'x86') return registers?.get(RETURN_REGISTER[session.machine.kind]);
  const low = registers?.get('eax');
  const high = registers?.get('edx');
  return low === undefined || high === undefined ? undefined : (high << 32n) | low;
}

function numberOf(session: Session): number {
  return session.systems.list.find((open) => open.session === session)?.number ?? 0;
}

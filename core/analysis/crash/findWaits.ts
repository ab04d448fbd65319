import { hex } from '../../bytes/index.ts';
import type { CriticalSection } from '../../process/index.ts';
import { readPointer, tryRead, type Address, type Machine, type Thread } from '../../target/index.ts';
import { walk, type CrashInput, type WalkedInput } from './crashInput.ts';
import type { Deadlock, NamedFrame, ThreadWait } from './model.ts';
import { nameFrames } from './nameFrames.ts';
import { threadName } from './placeOf.ts';
import { lockReason, waitReason } from './waitReasons.ts';

/** Frames from the innermost that can be part of a wait. */
const WAIT_FRAMES = 12;
/** Bytes of stack above the stack pointer in which a wait keeps the address of its critical section. */
const WAIT_STACK = 0x400;
/** Threads that are looked at. */
const MAX_THREADS = 4096;

/** What waits are found by. */
export interface WaitInput extends WalkedInput {
  /** all critical sections that can be found */
  sections(): readonly CriticalSection[];
}

/** What each thread waits for, by the functions on its stack and the critical sections that are contended. */
export function findWaits(crash: CrashInput, machine: Machine): ThreadWait[] {
  const input = { ...crash, symbols: crash.threadSymbols ?? crash.symbols };
  const waitOf = waitFinder(input, machine);
  const waits: ThreadWait[] = [];
  for (const thread of input.target.threads.slice(0, MAX_THREADS)) {
    const trace = walk(input, machine, thread, thread.context(machine), WAIT_FRAMES);
    const wait = waitOf(thread, nameFrames(input.symbols, trace.frames));
    if (wait) waits.push(wait);
  }
  return waits;
}

/**
 * Tells what one thread after the other waits for, from the innermost of its frames; what concerns all of them is found
 * once. Undefined for a thread that waits for nothing that is known.
 */
export function waitFinder(
  input: WaitInput,
  machine: Machine,
): (thread: Thread, frames: readonly NamedFrame[]) => ThreadWait | undefined {
  const contended = input.sections().filter((s) => s.state?.locked === true && s.state.waiters > 0);
  const usual = usualSuspension(input.target.threads);
  return (thread, frames) =>
    waitOf(input, machine, thread, { frames: frames.slice(0, WAIT_FRAMES), contended }) ??
    suspension(thread, usual);
}

function waitOf(
  input: WaitInput,
  machine: Machine,
  thread: Thread,
  {
    frames,
    contended,
  }: { readonly frames: readonly NamedFrame[]; readonly contended: readonly CriticalSection[] },
): ThreadWait | undefined {
  const registers = thread.context(machine);
  if (!registers) return undefined;
  const service = frames.find((f) => f.function !== undefined && waitReason(f.function) !== undefined);
  const found = service?.function === undefined ? undefined : waitReason(service.function);
  const held = sectionOnStack(input, machine, registers.sp, thread, contended);
  if (!found && !held) return undefined;
  const name = service?.function ?? frames[0]?.function ?? '';
  const lock = outerReason(frames);
  if (held) return sectionWait(input, machine, thread, name, held);
  const handles = service ? waitHandles(input, machine, service) : [];
  const named = handles.length === 0 ? '' : `: ${handles.join(', ')}`;
  const what = found?.reason === 'several objects' && handles.length === 1 ? 'one object' : found?.reason;
  const reason = lock ?? `${what ?? ''}${named}`;
  return {
    thread,
    function: name,
    reason,
    objects: lock === undefined && handles.length > 0 ? handles.join(', ') : undefined,
    idle: found?.idle === true && lock === undefined,
    evidence: `${threadName(thread)} is in ${name}`,
  };
}

/**
 * The suspend count that most threads have: whoever writes a dump may suspend all threads but its own first. Of counts
 * that are equally frequent the highest, so that in doubt nobody counts as suspended.
 */
function usualSuspension(threads: readonly Thread[]): number {
  const counts = new Map<number, number>();
  for (const { suspendCount = 0 } of threads) counts.set(suspendCount, (counts.get(suspendCount) ?? 0) + 1);
  const [usual] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0]);
  return usual?.[0] ?? 0;
}

/** A thread that is suspended more often than the others waits for whoever did it. */
function suspension(thread: Thread, usual: number): ThreadWait | undefined {
  const { suspendCount = 0 } = thread;
  if (suspendCount <= usual) return undefined;
  return {
    thread,
    function: '',
    reason: 'its resumption',
    idle: false,
    isSuspended: true,
    evidence: `its suspend count is ${suspendCount}, that of most threads ${usual}`,
  };
}

function outerReason(frames: readonly NamedFrame[]): string | undefined {
  for (const { function: name } of frames) {
    const reason = name === undefined ? undefined : lockReason(name);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function sectionWait(
  input: WaitInput,
  machine: Machine,
  thread: Thread,
  name: string,
  { section, slot }: { readonly section: CriticalSection; readonly slot: Address },
): ThreadWait {
  const { target, symbols } = input;
  const id = section.OwningThread;
  const owner = typeof id === 'bigint' ? target.threads.find((t) => BigInt(t.id) === id) : undefined;
  const digits = hex(section.address, machine.pointerSize * 2);
  const symbol = symbols.describe(section.address);
  const by = owner ? threadName(owner) : `a thread (${(id ?? 0n).toString(16)}) that the dump does not have`;
  return {
    thread,
    function: name,
    reason: `critical section ${symbol ? `${symbol} (${digits})` : digits}, owned by ${by}`,
    idle: false,
    section: section.address,
    owner,
    evidence: `its address stands at ${hex(slot, machine.pointerSize * 2)} near the top of the stack of ${threadName(thread)}; LockCount says ${section.state?.waiters ?? 0} waiting`,
  };
}

/** A contended critical section that somebody else owns and whose address stands near the top of a thread's stack. */
function sectionOnStack(
  { target }: WaitInput,
  machine: Machine,
  sp: Address,
  thread: Thread,
  contended: readonly CriticalSection[],
): { section: CriticalSection; slot: Address } | undefined {
  if (contended.length === 0) return undefined;
  const size = machine.pointerSize;
  const byAddress = new Map(contended.map((s) => [s.address, s]));
  for (let offset = 0; offset < WAIT_STACK; offset += size) {
    const slot = sp + BigInt(offset);
    const word = tryRead(() => readPointer(target.memory, slot, size));
    const section = word === undefined ? undefined : byAddress.get(word);
    if (section && section.OwningThread !== BigInt(thread.id)) return { section, slot };
  }
  return undefined;
}

/** Handles of one wait that are named. */
const SHOWN_HANDLES = 4;
/** MAXIMUM_WAIT_OBJECTS (winnt.h) */
const MAX_WAIT_OBJECTS = 64n;

/**
 * Of a wait for objects on x86 the handles, which are arguments on the stack, and what the dump says of them. 64-bit
 * code has them in registers that the system service does not keep.
 */
function waitHandles({ target }: WaitInput, machine: Machine, service: NamedFrame): string[] {
  if (machine.kind !== 'x86') return [];
  const { parameters } = service.frame;
  const argument = (k: number): bigint | undefined =>
    tryRead(() => readPointer(target.memory, parameters + BigInt(k * 4), 4));
  const first = argument(0);
  const array = argument(1);
  if (first === undefined || array === undefined) return [];
  if (/WaitForSingleObject$/.test(service.function ?? '')) return [handleName(target, first)];
  if (!/WaitForMultipleObjects$/.test(service.function ?? '') || first > MAX_WAIT_OBJECTS) return [];
  const handles: string[] = [];
  for (let k = 0; k < Math.min(Number(first), SHOWN_HANDLES); k++) {
    const handle = tryRead(() => readPointer(target.memory, array + BigInt(k * 4), 4));
    if (handle !== undefined) handles.push(handleName(target, handle));
  }
  return handles;
}

function handleName({ dump }: CrashInput['target'], value: bigint): string {
  const handle = dump?.handles.find((h) => h.handle === value);
  const type = handle?.typeName ? `, ${handle.typeName}` : '';
  const name = handle?.objectName ? ` ${JSON.stringify(handle.objectName)}` : '';
  return `handle ${value.toString(16)}${type}${name}`;
}

/** Circles among threads that wait for each other's critical sections; each circle once. */
export function findDeadlocks(waits: readonly ThreadWait[]): Deadlock[] {
  const byThread = new Map(waits.map((w) => [w.thread, w]));
  const done = new Set<Thread>();
  const deadlocks: Deadlock[] = [];
  for (const start of waits) {
    const path: ThreadWait[] = [];
    const onPath = new Set<Thread>();
    for (let wait: ThreadWait | undefined = start; wait?.owner && !done.has(wait.thread);) {
      if (onPath.has(wait.thread)) {
        const { thread } = wait;
        deadlocks.push({ waits: path.slice(path.findIndex((w) => w.thread === thread)) });
        break;
      }
      onPath.add(wait.thread);
      path.push(wait);
      wait = byThread.get(wait.owner);
    }
    for (const thread of onPath) done.add(thread);
  }
  return deadlocks;
}

import { stackOf } from '../../process/index.ts';
import {
  ContextRecord,
  contextSize,
  readStruct,
  tryRead,
  type Address,
  type AddressRange,
  type Machine,
  type Memory,
  type Thread,
} from '../../target/index.ts';
import { readExceptionRecord } from '../exceptions/index.ts';
import type { CrashInput } from './crashInput.ts';
import type { FoundException } from './model.ts';

/** More of a stack than this is not looked through: the default is 1 MiB. Bytes. */
const MAX_STACK = 0x1000000n;
/** EXCEPTION_NONCONTINUABLE and its kin: flags beyond these are no exception's. */
const MAX_FLAGS = 0xff;
/** CONTEXT_FULL, the least that the dispatcher saves, by machine (winnt.h), and where ContextFlags lies. */
const CONTEXT_FLAGS: Readonly<Record<Machine['kind'], { readonly offset: number; readonly full: number }>> = {
  x86: { offset: 0, full: 0x10007 },
  x64: { offset: 0x30, full: 0x10000b },
  arm64: { offset: 0, full: 0x400007 },
  arm: { offset: 0, full: 0x200007 },
};
/** On x64 KiUserExceptionDispatcher is entered with the CONTEXT at rsp and the record behind it. */
const X64_RECORD_OFFSET = 0x4f0n;

/** The dump's exception: that of its stream, else one that a stack tells of. */
export function findException(input: CrashInput): FoundException | undefined {
  return streamException(input) ?? stackException(input);
}

function streamException({ target }: CrashInput): FoundException | undefined {
  const { exception } = target;
  if (!exception) return undefined;
  const machine = exception.context?.machine ?? target.system.machine;
  const thread = target.threads.find((t) => t.id === exception.threadId);
  return {
    source: 'exception stream',
    machine,
    thread,
    threadId: exception.threadId,
    record: exception.record,
    registers: exception.context ?? thread?.context(machine),
  };
}

/**
 * An exception that is being handled on some thread's stack: the pair of pointers to record and context that
 * KiUserExceptionDispatcher and filters hand on, or the dispatcher's own copy of both. They prove each other: the
 * record's address is the context's instruction pointer. Of several the outermost counts, which came first; the 32-bit
 * side of a WOW64 process comes before its 64-bit side.
 */
function stackException(input: CrashInput): FoundException | undefined {
  const { target } = input;
  for (const machine of [...target.machines].reverse()) {
    for (const thread of target.threads) {
      const stack = liveStack(input, machine, thread);
      const found = stack && searchStack(target.memory, machine, thread, stack);
      if (found && isError(found.record.code)) return found;
    }
  }
  return undefined;
}

function isError(code: number): boolean {
  return code >>> 30 === 3 || code >>> 28 === 0xe;
}

/** From the stack pointer to the stack's base. */
function liveStack(input: CrashInput, machine: Machine, thread: Thread): AddressRange | undefined {
  const sp = thread.context(machine)?.sp;
  const view = input.view(machine);
  const stack = view && stackOf(view, thread);
  if (sp === undefined || !stack || sp < stack.start || sp >= stack.end) return undefined;
  const end = stack.end - sp > MAX_STACK ? sp + MAX_STACK : stack.end;
  return { start: sp, end };
}

function searchStack(
  memory: Memory,
  machine: Machine,
  thread: Thread,
  stack: AddressRange,
): FoundException | undefined {
  const size = machine.pointerSize;
  const low = Number(stack.start);
  const high = Number(stack.end);
  let best: FoundException | undefined;
  for (const { base, bytes } of memory.windows(stack)) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const word = (at: number): number =>
      size === 4
        ? view.getUint32(at, true)
        : view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x100000000;
    const from = Number(base);
    for (let at = (size - (from % size)) % size; at + 2 * size <= bytes.length; at += size) {
      const record = word(at);
      const context = word(at + size);
      const inStack = (p: number): boolean => p >= low && p < high && p % 4 === 0;
      if (inStack(record) && inStack(context) && record !== context) {
        const found = pairAt(memory, machine, thread, BigInt(record), BigInt(context));
        if (found) best = found;
      }
      const isContext = machine.kind === 'x64' && at + 0x34 <= bytes.length && from % 16 === 0;
      if (isContext && (from + at) % 16 === 0 && isContextFlags(machine, view.getUint32(at + 0x30, true))) {
        const here = BigInt(from + at);
        const found = pairAt(memory, machine, thread, here + X64_RECORD_OFFSET, here);
        if (found) best = { ...found, source: 'dispatcher on a stack' };
      }
    }
  }
  return best;
}

function isContextFlags({ kind }: Machine, flags: number): boolean {
  const { full } = CONTEXT_FLAGS[kind];
  // no bit of another machine's, and at least control and integer registers
  return (flags & full) === full && (flags >>> 0) >> 24 === 0 && flags >>> 16 === full >>> 16;
}

/** Record and context at two addresses, if they are of one exception. */
function pairAt(
  memory: Memory,
  machine: Machine,
  thread: Thread,
  recordAddress: Address,
  contextAddress: Address,
): FoundException | undefined {
  return tryRead(() => {
    const { offset } = CONTEXT_FLAGS[machine.kind];
    const flags = readStruct(memory, contextAddress + BigInt(offset), 4).u32(0);
    if (!isContextFlags(machine, flags)) return undefined;
    const record = readExceptionRecord(memory, machine, recordAddress);
    if (record.code === 0 || record.flags > MAX_FLAGS) return undefined;
    const registers = new ContextRecord(machine, memory.read(contextAddress, contextSize(machine)));
    // a breakpoint's address is that of the int 3, which the context has behind it on some systems
    const apart = registers.ip - record.address;
    if (record.address === 0n ? registers.ip !== 0n : apart < 0n || apart > 1n) return undefined;
    return {
      source: 'pointers on a stack',
      machine,
      thread,
      threadId: thread.id,
      record,
      registers,
      recordAddress,
      contextAddress,
    };
  });
}

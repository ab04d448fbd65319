import { type Address, type Memory, type RegisterContext, readPointer, tryRead } from '../../target/index.ts';
import type { FunctionNames, ValueTracker } from '../code/valueTracker.ts';
import type { Value } from '../code/values.ts';
import { traceAround, type TraceContext, traceFrom } from '../code/traceAround.ts';
import type { CrtContext } from '../crtInput.ts';
import type { CallFrame } from './callFrame.ts';

/** How an argument was found. */
export type ArgumentSource = 'stack' | 'register' | 'home space' | 'saved register' | 'call site';

export interface FoundArgument {
  readonly value: Address;
  readonly from: ArgumentSource;
}

const X64_ARGUMENTS = ['rcx', 'rdx', 'r8', 'r9'] as const;
/** what a callee keeps for its caller (x64 software conventions) */
const KEPT = ['rbx', 'rbp', 'rsi', 'rdi', 'r12', 'r13', 'r14', 'r15'] as const;
/** A function stores its arguments within its first instructions, or not at all. */
const PROLOG_BYTES = 96;
const NO_NAMES: FunctionNames = { inSlot: () => undefined, at: () => undefined, popped: () => undefined };

/**
 * An argument of a frame's function, counted from 0. On x86 it lies on the stack. On x64 it is in its register at the
 * function's start; later where the function has saved it, in its home or in a register that calls keep; else what
 * the caller put there shows it. Undefined where none of these can be had.
 */
export function argumentOf(
  context: CrtContext,
  frame: CallFrame,
  caller: CallFrame | undefined,
  functionStart: Address | undefined,
  index: number,
): FoundArgument | undefined {
  const { memory } = context.target;
  const { machine } = frame.registers;
  const slot = frame.parameters + BigInt(index * machine.pointerSize);
  const onStack = (from: ArgumentSource): FoundArgument | undefined => {
    const value = tryRead(() => readPointer(memory, slot, machine.pointerSize));
    return value === undefined ? undefined : { value, from };
  };
  if (machine.kind === 'x86') return onStack('stack');
  const register = X64_ARGUMENTS[index];
  if (machine.kind !== 'x64' || register === undefined) return undefined;
  if (functionStart === frame.instruction) {
    const value = frame.registers.get(register);
    if (value !== undefined) return { value, from: 'register' };
  }
  const trace = traceContext(context, frame);
  if (!trace) return undefined;
  if (functionStart !== undefined) {
    const length = Math.min(PROLOG_BYTES, Number(frame.instruction - functionStart));
    const prolog = length > 0 ? traceFrom(trace, Number(functionStart), length) : undefined;
    const isArgument = (value: Value): boolean =>
      value.kind === 'sum' && value.base === register && value.offset === 0;
    // the home of an argument lies above the return address, which rsp points to at the start
    if (prolog && isArgument(prolog.at({ base: 'rsp', offset: 8 * (index + 1) })))
      return onStack('home space');
    const kept = prolog && KEPT.find((name) => isArgument(prolog.register(name)));
    const value = kept && frame.registers.known(kept) ? frame.registers.get(kept) : undefined;
    if (value !== undefined) return { value, from: 'saved register' };
  }
  return caller && fromCallSite(context, trace, caller, index);
}

/** What the caller put into the argument's register, worked out from the registers that it still has. */
function fromCallSite(
  context: CrtContext,
  trace: TraceContext,
  caller: CallFrame,
  index: number,
): FoundArgument | undefined {
  const { module, instruction, registers } = caller;
  const section = module?.image?.sectionAt(Number(instruction - module.base));
  if (!module || !section) return undefined;
  const returns = Number(instruction);
  const tracker = traceAround(
    trace,
    {
      at: returns - 1,
      floor: Number(module.base) + section.virtualAddress,
      meets: (i) =>
        (i.flow === 'call' || i.flow === 'indirect call') && Number(i.address) + i.bytes.length === returns,
    },
    0,
  );
  const wanted = tracker?.calls.at(-1)?.arguments[index];
  if (!tracker || !wanted) return undefined;
  const value = evaluate(wanted, tracker, registers, context.target.memory);
  return value === undefined ? undefined : { value, from: 'call site' };
}

/** A value of a trace as a number: its base must be in a register that the call has kept. */
function evaluate(
  value: Value,
  tracker: ValueTracker,
  registers: RegisterContext,
  memory: Memory,
): Address | undefined {
  switch (value.kind) {
    case 'constant':
      return BigInt.asUintN(64, BigInt(value.value));
    case 'result':
      return undefined;
    case 'sum': {
      const base = baseOf(value.base, tracker, registers);
      return base === undefined ? undefined : BigInt.asUintN(64, base + BigInt(value.offset));
    }
    case 'load': {
      const { base, offset } = value.place;
      const start = base === '' ? 0n : baseOf(base, tracker, registers);
      if (start === undefined) return undefined;
      return tryRead(() => readPointer(memory, BigInt.asUintN(64, start + BigInt(offset)), 8));
    }
  }
}

function baseOf(base: string, tracker: ValueTracker, registers: RegisterContext): bigint | undefined {
  for (const name of [...KEPT, 'rsp']) {
    const now = tracker.register(name);
    if (now.kind !== 'sum' || now.base !== base || !registers.known(name)) continue;
    const value = registers.get(name);
    if (value !== undefined) return value - BigInt(now.offset);
  }
  return undefined;
}

function traceContext(context: CrtContext, frame: CallFrame): TraceContext | undefined {
  const { machine } = frame.registers;
  const disassembler = context.disassembler(machine);
  return (
    disassembler && {
      memory: context.target.memory,
      disassembler,
      pointerSize: machine.pointerSize,
      names: NO_NAMES,
    }
  );
}

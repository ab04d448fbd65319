import type { Disassembler, Instruction } from '../../disasm/index.ts';
import { type Memory, readUpTo } from '../../target/index.ts';
import { type FunctionNames, ValueTracker } from './valueTracker.ts';

/** What a trace needs to know of the process. */
export interface TraceContext {
  readonly memory: Memory;
  readonly disassembler: Disassembler;
  readonly pointerSize: 4 | 8;
  readonly names: FunctionNames;
}

/** Bytes before a place that are looked at: some twenty instructions, enough for what prepares a call. */
const BEFORE = 80;
/** Bytes behind it: where the result of a call is stored, or a function loaded into a register is called. */
const AFTER = 64;
/** x86 code falls into step with itself within a few instructions; tries until it does */
const TRIES = 16;

/** The place in code that a trace is about. */
export interface TracePoint {
  /** an address within the instruction that is meant */
  readonly at: number;
  /** the first byte of the section: no instruction begins before it */
  readonly floor: number;
  /** whether the instruction over `at` is the one that is meant, and not bytes read out of step */
  meets(instruction: Instruction): boolean;
}

/**
 * Follows values through the straight line of code around a place. Where instructions begin is not known: decoding from
 * some bytes before falls into step soon, and a line counts when it meets the place. Undefined where no line does.
 */
export function traceAround(
  context: TraceContext,
  point: TracePoint,
  after = AFTER,
): ValueTracker | undefined {
  const { at, floor } = point;
  const first = Math.max(floor, at - BEFORE);
  const bytes = readUpTo(context.memory, BigInt(first), at - first + Math.max(after, 1));
  for (let start = first; start <= Math.min(at, first + TRIES); start++) {
    const line = decodeLine(context.disassembler, bytes, first, start, at + 1);
    const last = line.at(-1);
    if (!last || !point.meets(last)) continue;
    const rest = decodeLine(context.disassembler, bytes, first, endOf(last), at + after);
    return follow(context, [...line, ...rest]);
  }
  return undefined;
}

/** Follows values from a function's first instruction for at most `length` bytes, or until it cannot fall through. */
export function traceFrom(context: TraceContext, start: number, length: number): ValueTracker {
  const bytes = readUpTo(context.memory, BigInt(start), length);
  const line = decodeLine(context.disassembler, bytes, start, start, start + length);
  const end = line.findIndex((i) => i.flow === 'return' || i.flow === 'stop' || i.flow === 'jump');
  return follow(context, end < 0 ? line : line.slice(0, end));
}

function follow(context: TraceContext, line: readonly Instruction[]): ValueTracker {
  const tracker = new ValueTracker(context.pointerSize, context.names);
  for (const instruction of line) tracker.step(instruction);
  return tracker;
}

/** Instructions from `start` up to the one that reaches `end`; `bytes` begin at `base`. */
function decodeLine(
  disassembler: Disassembler,
  bytes: Uint8Array,
  base: number,
  start: number,
  end: number,
): Instruction[] {
  const line: Instruction[] = [];
  for (let at = start; at < end && at - base < bytes.length;) {
    const instruction = disassembler.decode(bytes.subarray(at - base), BigInt(at));
    line.push(instruction);
    at += Math.max(1, instruction.bytes.length);
  }
  return line;
}

function endOf(instruction: Instruction): number {
  return Number(instruction.address) + instruction.bytes.length;
}

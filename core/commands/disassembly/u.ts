import { hexAddress } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import {
  decodeBackwards,
  loadDisassembler,
  type Disassembler,
  type Instruction,
  type Surroundings,
} from '../../disasm/index.ts';
import { span, type Output } from '../../output/index.ts';
import { readUpTo, type Address, type RegisterContext } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import type { Session } from '../session.ts';
import { functionAt } from './functionAt.ts';
import { headingAt, headingLine, rowData, rowLine, missingRow, sourceAt, type Row } from './rows.ts';

/** Instructions where no length is given. */
const DEFAULT_COUNT = 8;
/** where the next u goes on, and the place in which thread it was used at: at another one it begins anew */
const CURSOR = 'u';
const CURSOR_PLACE = 'u place';
/** Instructions before the pace is asked. */
const SLICE = 512;
/** Rows of unreadable addresses that uu prints. */
const MAX_MISSING = 0x1000;
/** code that is looked at before the wanted instructions, at most: the start of a large function */
const MAX_BACK = 0x10000;

/** What was asked for: so many instructions, or all that begin in a range; backwards, those that end at `start`. */
interface Wanted {
  readonly start: Address;
  readonly end?: Address;
  readonly count?: number;
  readonly backwards: boolean;
}

interface Model extends Surroundings {
  readonly rows: readonly Row[];
  /** where code cannot be read */
  readonly unreadable?: Address;
  /** the error line, with its caret under the end of the command */
  readonly failure?: string;
}

export const u = command<Model>({
  name: 'u',
  aliases: ['uu'],
  tier: 'A',
  syntax: ['u [Range]', 'u [Address]', 'u'],
  summary:
    'Disassembles code, eight instructions unless told; goes on from the last when no address is given. uu does not stop where memory is missing.',
  run: async (call) => forwards(call, wanted(call, false)),
  print,
  data,
});

export const ub = command<Model>({
  name: 'ub',
  tier: 'A',
  syntax: ['ub [Range]', 'ub [Address]', 'ub'],
  summary: 'Disassembles the instructions before an address.',
  run: async (call) => backwards(call, wanted(call, true)),
  print,
  data,
});

function wanted({ session, args }: Call, isBackwards: boolean): Wanted {
  const text = args === '' || /^l[-?\d]/i.test(args) ? `${cursorOf(session)} ${args}` : args;
  const { evaluator } = session;
  const range = evaluator.range(text, 1, DEFAULT_COUNT);
  if (range.rest !== '') throw new UsageError(`Extra character error in '${args}'`, 'syntax');
  // an L count is of instructions: only a range with a count grows with the size of an object
  const scaled = evaluator.range(text, 16, DEFAULT_COUNT);
  const length = range.end - range.start;
  const counted = scaled.end - scaled.start !== length;
  if (!counted) return { start: range.start, end: range.end, backwards: isBackwards };
  const before = scaled.start !== range.start;
  return {
    start: before ? range.end : range.start,
    count: Number(length),
    backwards: isBackwards || before,
  };
}

function cursorOf(session: Session): string {
  const cursor = session.cursors.get(CURSOR);
  const valid = cursor !== undefined && session.cursors.get(CURSOR_PLACE) === placeOf(session);
  const start = valid ? cursor : currentRegisters(session)?.ip;
  if (start === undefined)
    throw new UsageError('no address was given, and there is no thread to take one from');
  return `0x${start.toString(16)}`;
}

function remember(session: Session, cursor: Address): void {
  session.cursors.set(CURSOR, cursor);
  session.cursors.set(CURSOR_PLACE, placeOf(session));
}

/** Instruction and stack pointer together tell threads, frames and contexts apart. */
function placeOf(session: Session): bigint {
  const registers = currentRegisters(session);
  return registers ? (registers.ip << 64n) | registers.sp : 0n;
}

function currentRegisters(session: Session): RegisterContext | undefined {
  return (session.frame > 0 ? session.currentFrame()?.registers : undefined) ?? session.registers();
}

async function forwards(call: Call, range: Wanted): Promise<Model> {
  if (range.backwards) return backwards(call, range);
  const { session, pace } = call;
  const { memory } = session.target;
  const disassembler = await loadDisassembler(session.machine);
  const goesOn = call.name === 'uu';
  const rows: Row[] = [];
  let at = range.start;
  let unreadable: Address | undefined;
  let missing = 0;
  const limit = range.count ?? Infinity;
  while (rows.length < limit && (range.end === undefined || at < range.end)) {
    const bytes = readUpTo(memory, at, disassembler.maxLength);
    if (bytes.length === 0) {
      unreadable ??= at;
      rows.push(missingRow(session, at, rows.length === 0));
      missing++;
      if (!goesOn || missing >= MAX_MISSING) break;
      at += BigInt(disassembler.alignment);
    } else {
      const i = disassembler.decode(bytes, at);
      rows.push(rowOf(session, i, rows.length === 0));
      at += BigInt(Math.max(1, i.bytes.length));
    }
    if (rows.length % SLICE === 0 && pace.due()) await pace.rest({ done: rows.length, what: 'instructions' });
  }
  remember(session, at);
  return {
    machine: session.machine,
    symbols: session.symbols,
    rows,
    unreadable,
    failure: unreadable !== undefined && !goesOn ? failureLine(call, 'Memory access error in') : undefined,
  };
}

async function backwards(call: Call, range: Wanted): Promise<Model> {
  const { session } = call;
  const disassembler = await loadDisassembler(session.machine);
  // a range of addresses: its instructions are walked from its start
  if (range.end !== undefined) return forwards(call, { ...range, backwards: false });
  const count = range.count ?? DEFAULT_COUNT;
  const instructions = instructionsBefore(session, disassembler, range.start, count);
  const [first] = instructions;
  if (first) remember(session, first.address);
  return {
    machine: session.machine,
    symbols: session.symbols,
    rows: instructions.map((i, k) => rowOf(session, i, k === 0)),
    failure: first ? undefined : failureLine(call, 'Unable to find valid previous instruction for'),
  };
}

/** The instructions that end at an address. */
export function instructionsBefore(
  session: Session,
  disassembler: Disassembler,
  end: Address,
  count: number,
): Instruction[] {
  const { memory } = session.target;
  const starts: Address[] = [];
  const enough = BigInt((count + 1) * disassembler.maxLength);
  for (let at = end; starts.length < count && end - at < BigInt(MAX_BACK);) {
    const start = at > 0n ? functionAt(session, at - 1n)?.start : undefined;
    if (start === undefined || start >= at) break;
    starts.unshift(start);
    if (end - start >= enough) break;
    at = start;
  }
  const far = Math.min(MAX_BACK, Number(enough) * 2);
  const lowest = starts[0];
  const reach = lowest === undefined ? far : Math.max(far, Math.min(Number(end - lowest), MAX_BACK));
  const bytes = readBefore(memory, end, reach);
  return decodeBackwards({ disassembler, bytes, end, count, starts });
}

/** The longest run of readable bytes that ends at an address, at most `length` of them. */
function readBefore(memory: Session['target']['memory'], end: Address, length: number): Uint8Array {
  const wanted = end < BigInt(length) ? Number(end) : length;
  const start = end - BigInt(wanted);
  let from = start;
  for (let at = start; at < end;) {
    const n = memory.available(at, Number(end - at));
    if (n === Number(end - at)) {
      from = at;
      return memory.read(from, n);
    }
    const next = memory.nextReadable(at + BigInt(Math.max(1, n)));
    if (next === undefined || next >= end) break;
    at = next;
  }
  return new Uint8Array(0);
}

/** A heading stands above the first row and wherever a symbol begins. */
function rowOf(session: Session, instruction: Instruction, isFirst: boolean): Row {
  const { address } = instruction;
  const begins = isFirst || session.symbols.nearest(address)?.displacement === 0n;
  return {
    instruction,
    heading: begins ? headingAt(session, address) : undefined,
    line: sourceAt(session, address)?.line,
  };
}

/** `           ^ Memory access error in 'u rcx'`: the caret stands under the last character of what was typed. */
function failureLine(call: Call, what: string): string {
  const { session, name, args } = call;
  const prompt = `${session.prompt()} `;
  const typed = args === '' ? name : `${name} ${args}`;
  return `${' '.repeat(prompt.length + typed.length - 1)}^ ${what} '${typed}'`;
}

function print(model: Model, out: Output): void {
  for (const row of model.rows) {
    if (row.heading) out.line(...headingLine(row.heading));
    out.line(...rowLine(row, model));
  }
  if (model.failure !== undefined) out.line(span(model.failure, 'error'));
}

function data(model: Model) {
  return {
    instructions: model.rows.filter((row) => !row.missing).map((row) => rowData(row, model)),
    unreadable: model.unreadable === undefined ? undefined : hexAddress(model.unreadable),
  };
}

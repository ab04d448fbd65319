import type { Disassembler, Instruction } from '../../disasm/index.ts';
import { type Memory, readUpTo } from '../../target/index.ts';
import { heapFunction } from './heapFunctions.ts';
import { type CallEvent, type FunctionNames, ValueTracker } from './valueTracker.ts';
import { keyOf, type Value } from './values.ts';

/** A function that hands its first argument to the Win32 heap to be freed, directly or through others. */
export interface FreedArgument {
  readonly kind: 'free' | 'reallocate';
  /** `HeapFree`, as the import table names it */
  readonly name: string;
  /** bytes from the argument to what the heap is given: negative by a debug header's size in a debug runtime */
  readonly offset: number;
  /** where the functions begin that it passes through: the one asked for first */
  readonly through: readonly number[];
}

/** What one function's code was seen to do. */
export interface FunctionReading {
  readonly frees: FreedArgument | undefined;
  /** whether the code that was followed has an instruction that begins or ends at an address */
  reaches(address: number): boolean;
}

export interface FreedArgumentInput {
  readonly memory: Memory;
  readonly disassembler: Disassembler;
  readonly pointerSize: 4 | 8;
  /** import slots of heap functions, by address */
  readonly slots: ReadonlyMap<number, string>;
  /** address of the variable that holds the handle of the runtime's heap */
  readonly handle: number;
  /** that heap is the process heap: calls may ask for it each time */
  readonly isProcessHeap: boolean;
}

/** free calls _free_dbg, that a function with the lock held, that _free_base, that HeapFree */
const MAX_DEPTH = 6;
/** Instructions of one function, of all that one question leads to, and of a module: frees are short, and code may be anything. */
const MAX_INSTRUCTIONS = 2_000;
const MAX_A_QUESTION = 5_000;
const MAX_IN_ALL = 50_000;
/** Registers that carry arguments. On x86 those of fastcall, thiscall and what link-time code generation makes of them. */
const IN_REGISTERS = { 4: ['ecx', 'edx'], 8: [] } as const;
const X64_ARGUMENTS = ['rcx', 'rdx', 'r8', 'r9'] as const;
const STACK_ARGUMENTS = 4;

/**
 * Tells by their code which functions of a module free their first argument with the module's own runtime. Code is
 * followed from a function's start over its branches, and into those functions that the argument is passed on to, until
 * a call of HeapFree gets it together with the handle of the runtime's heap. Answers are kept.
 */
export class FreedArguments {
  private readonly readings = new Map<string, { depth: number; reading?: FunctionReading }>();
  private readonly thunks = new Map<number, string | undefined>();
  private readonly names: FunctionNames;
  private left = 0;
  private leftInAll = MAX_IN_ALL;

  constructor(private readonly input: FreedArgumentInput) {
    this.names = {
      inSlot: (address) => input.slots.get(address),
      at: (address) => this.thunkAt(address),
      popped: (name) => heapFunction(name)?.popped,
    };
  }

  /** What the function does that begins at an address. */
  read(start: number): FunctionReading | undefined {
    this.left = Math.min(MAX_A_QUESTION, this.leftInAll);
    const before = this.left;
    const { pointerSize } = this.input;
    const reading = this.reading(start, pointerSize === 4 ? stackArgument(0) : X64_ARGUMENTS[0], 0);
    this.leftInAll -= before - Math.max(0, this.left);
    return reading;
  }

  /** `argument` is the key of the value that is followed: what the argument is when the function begins. */
  private reading(start: number, argument: string, depth: number): FunctionReading | undefined {
    const key = `${start} ${argument}`;
    const known = this.readings.get(key);
    // a no from further down may have been for want of depth
    if (known && (known.depth <= depth || known.reading?.frees)) return known.reading;
    // a function that calls itself is answered by its first call
    this.readings.set(key, { depth });
    const reading = this.follow(start, argument, depth);
    this.readings.set(key, { depth, reading });
    return reading;
  }

  private follow(start: number, argument: string, depth: number): FunctionReading {
    const seen = new Set<number>();
    const ends = new Set<number>();
    let frees: FreedArgument | undefined;
    const open: { at: number; tracker: ValueTracker }[] = [
      { at: start, tracker: new ValueTracker(this.input.pointerSize, this.names) },
    ];
    for (let way = open.pop(); way; way = open.pop()) {
      const { tracker } = way;
      for (let at = way.at; !seen.has(at);) {
        const instruction = this.decode(at);
        if (!instruction?.valid || seen.size >= MAX_INSTRUCTIONS || this.left-- <= 0) break;
        seen.add(at);
        const end = at + instruction.bytes.length;
        ends.add(end);
        const { flow, target } = instruction;
        if (flow === 'jump' && target !== undefined && this.thunkAt(Number(target)) === undefined) {
          at = Number(target);
          continue;
        }
        const registers = IN_REGISTERS[this.input.pointerSize].map((name) => tracker.register(name));
        const before = tracker.calls.length;
        tracker.step(instruction);
        const call = tracker.calls.length > before ? tracker.calls.at(-1) : undefined;
        if (call) {
          frees ??= this.freeOf(call, start, argument, depth, registers);
          if (seen.size === 3 && this.isFrameHelper(call)) tracker.enterFrame();
        }
        if (flow === 'return' || flow === 'stop' || flow === 'jump' || flow === 'indirect jump') break;
        if (flow === 'conditional' && target !== undefined)
          open.push({ at: Number(target), tracker: tracker.copy() });
        at = end;
      }
    }
    return { frees, reaches: (address) => seen.has(address) || ends.has(address) };
  }

  /** Whether a call frees what is followed, or passes it to a function that does. */
  private freeOf(
    call: CallEvent,
    start: number,
    argument: string,
    depth: number,
    registers: readonly Value[],
  ): FreedArgument | undefined {
    if (call.name !== undefined) return this.freeOfHeap(call, call.name, start, argument);
    if (call.target === undefined || depth >= MAX_DEPTH) return undefined;
    const { pointerSize } = this.input;
    const passed = [
      ...call.arguments.map((value, i) => ({
        value,
        as: pointerSize === 4 ? stackArgument(i) : (X64_ARGUMENTS[i] ?? ''),
      })),
      ...registers.map((value, i) => ({ value, as: IN_REGISTERS[4][i] ?? '' })),
    ];
    for (const { value, as } of passed) {
      const offset = offsetFrom(value, argument);
      const inner = offset === undefined ? undefined : this.reading(call.target, as, depth + 1)?.frees;
      if (offset !== undefined && inner)
        return { ...inner, offset: offset + inner.offset, through: [start, ...inner.through] };
    }
    return undefined;
  }

  private freeOfHeap(
    call: CallEvent,
    name: string,
    start: number,
    argument: string,
  ): FreedArgument | undefined {
    const kind = heapFunction(name)?.kind;
    if (kind !== 'free' && kind !== 'reallocate') return undefined;
    const [handle, , pointer] = call.arguments;
    const offset = pointer && offsetFrom(pointer, argument);
    if (offset === undefined || !handle || !this.isHandle(handle)) return undefined;
    return { kind, name, offset, through: [start] };
  }

  private isHandle(value: Value): boolean {
    if (value.kind === 'load') return value.place.base === '' && value.place.offset === this.input.handle;
    return (
      this.input.isProcessHeap && value.kind === 'result' && heapFunction(value.of)?.kind === 'processHeap'
    );
  }

  /**
   * `push size; push scopetable; call __SEH_prolog4`, a function's first three instructions: Visual C++'s helper sets ebp
   * up as `push ebp; mov ebp,esp` would.
   */
  private isFrameHelper({ target, arguments: [first, second] }: CallEvent): boolean {
    const isPushed = first?.kind === 'constant' && second?.kind === 'constant';
    return this.input.pointerSize === 4 && target !== undefined && isPushed;
  }

  /** The heap function behind `jmp [slot]`, which stands alone where linkers put import thunks. */
  private thunkAt(address: number): string | undefined {
    if (this.thunks.has(address)) return this.thunks.get(address);
    const instruction = this.decode(address);
    const memory = instruction?.flow === 'indirect jump' ? instruction.memory : undefined;
    const name =
      memory && memory.base === undefined && memory.index === undefined
        ? this.input.slots.get(Number(BigInt.asUintN(this.input.pointerSize * 8, memory.displacement)))
        : undefined;
    this.thunks.set(address, name);
    return name;
  }

  private decode(address: number): Instruction | undefined {
    const { memory, disassembler } = this.input;
    if (!Number.isSafeInteger(address) || address < 0) return undefined;
    const bytes = readUpTo(memory, BigInt(address), disassembler.maxLength);
    return bytes.length > 0 ? disassembler.decode(bytes, BigInt(address)) : undefined;
  }
}

/** The key of what lies in a stack argument's slot when an x86 function begins: behind the return address. */
function stackArgument(index: number): string {
  return index < STACK_ARGUMENTS ? `[esp+${4 + 4 * index}]` : '';
}

/** Bytes between a value and the one that is followed; undefined where the value is not made from it. */
function offsetFrom(value: Value, argument: string): number | undefined {
  if (value.kind === 'sum') return value.base === argument ? value.offset : undefined;
  return keyOf(value) === argument ? 0 : undefined;
}

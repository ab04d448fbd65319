import type { Section } from '../../pe/index.ts';
import type { AddressRange, Memory } from '../../target/index.ts';
import type { Disassembler } from '../../disasm/index.ts';
import { type CodeReference, findBranches, findReferences } from './codeReferences.ts';
import { type HeapFunction, heapFunction } from './heapFunctions.ts';
import { traceAround, type TraceContext } from './traceAround.ts';
import type { CallEvent, FunctionNames, ValueTracker } from './valueTracker.ts';
import type { Value } from './values.ts';

const IMAGE_SCN_MEM_EXECUTE = 0x20000000;
const IMAGE_SCN_MEM_WRITE = 0x80000000;
/** Calls of one function that are disassembled before the next is looked at; the runtime's own are among the last. */
const BATCH = 3;
/** Batches after which a module's calls have no common heap variable. */
const MAX_BATCHES = 16;

/** A variable of a module that heap functions get their handle from. */
export interface HeapVariable {
  readonly address: number;
  /** what was called with it, of `allocate`, `free`, `reallocate`, `size` */
  readonly usedBy: ReadonlySet<HeapFunction>;
  /** calls that were seen to take their handle from it */
  readonly calls: number;
  /** who made the handle that is stored in it; undefined where no store was seen */
  readonly madeBy?: HeapOrigin;
}

/** How a heap handle came to be. */
export interface HeapOrigin {
  readonly by: 'create' | 'processHeap';
  /** flags, initial and maximum size of HeapCreate, where they are constants */
  readonly arguments: readonly (number | undefined)[];
}

/** What the code of a module does with Win32 heaps. */
export interface HeapUse {
  /** the variable that more calls agree on than on any other, first; then the others */
  readonly variables: readonly HeapVariable[];
  /** calls that got their handle straight from GetProcessHeap */
  readonly processHeapCalls: number;
  /** references to heap functions in the code, and how many of them were disassembled */
  readonly references: number;
  readonly examined: number;
}

export interface HeapUseRequest {
  readonly memory: Memory;
  readonly disassembler: Disassembler;
  readonly pointerSize: 4 | 8;
  readonly base: number;
  readonly sections: readonly Section[];
  /** import slots of heap functions, by address */
  readonly slots: ReadonlyMap<number, string>;
}

/**
 * Finds the variables that a module keeps heap handles in (CRT.md, section 4): code that names the import slots of heap
 * functions is followed for some instructions before and behind. The variable of a C runtime is the one that calls of
 * different kinds agree on.
 */
export function findHeapUse(request: HeapUseRequest): HeapUse {
  const { memory, pointerSize, slots } = request;
  const ranges = executableRanges(request);
  const targets = new Set(slots.keys());
  const direct = ranges.flatMap((range) =>
    findReferences(memory, range, targets, pointerSize).map((r) => ({ ...r, range })),
  );
  const thunks = thunksAmong(request, direct);
  // code that calls a thunk stands for code that calls the function
  const calls = ranges.flatMap((range) =>
    findBranches(memory, range, new Set(thunks.keys())).map((r) => ({ ...r, range })),
  );
  const names = functionNames(slots, thunks);
  const context: TraceContext = { memory, disassembler: request.disassembler, pointerSize, names };
  const tally = new Tally(request);
  const byFunction = new Map<HeapFunction, Reference[]>();
  for (const reference of [...direct, ...calls]) {
    const kind = heapFunction(slots.get(reference.target) ?? thunks.get(reference.target) ?? '')?.kind;
    if (!kind) continue;
    const list = byFunction.get(kind) ?? [];
    list.push(reference);
    byFunction.set(kind, list);
  }
  for (const list of byFunction.values()) list.sort((a, b) => b.at - a.at);
  for (let batch = 0; batch < MAX_BATCHES && !tally.decided; batch++) {
    let any = false;
    for (const list of byFunction.values()) {
      for (const reference of list.slice(batch * BATCH, (batch + 1) * BATCH)) {
        any = true;
        if (!tally.seen(reference)) tally.add(trace(context, reference));
      }
    }
    if (!any) break;
  }
  return tally.result(direct.length + calls.length);
}

interface Reference extends CodeReference {
  readonly range: AddressRange;
}

function trace(context: TraceContext, { at, target, range }: Reference): ValueTracker | undefined {
  return traceAround(context, {
    at,
    floor: Number(range.start),
    meets: (instruction) =>
      Number(instruction.target ?? -1n) === target ||
      (instruction.memory?.base === undefined &&
        instruction.memory?.index === undefined &&
        Number(BigInt.asUintN(context.pointerSize * 8, instruction.memory?.displacement ?? 0n)) === target),
  });
}

/** `jmp [slot]` that stands alone: an import thunk, or the tail call of a function that only sets up arguments. */
function thunksAmong(request: HeapUseRequest, references: readonly Reference[]): Map<number, string> {
  const thunks = new Map<number, string>();
  for (const { at, target } of references) {
    for (const start of [at - 2, at - 3]) {
      const length = at + 4 - start;
      if (request.memory.available(BigInt(start), length) < length) continue;
      const instruction = request.disassembler.decode(
        request.memory.read(BigInt(start), length),
        BigInt(start),
      );
      const name = request.slots.get(target);
      if (instruction.flow === 'indirect jump' && instruction.bytes.length === length && name)
        thunks.set(start, name);
    }
  }
  return thunks;
}

function functionNames(
  slots: ReadonlyMap<number, string>,
  thunks: ReadonlyMap<number, string>,
): FunctionNames {
  return {
    inSlot: (address) => slots.get(address),
    at: (address) => thunks.get(address),
    popped: (name) => heapFunction(name)?.popped,
  };
}

function executableRanges({ base, sections }: HeapUseRequest): AddressRange[] {
  return sections
    .filter((s) => s.characteristics & IMAGE_SCN_MEM_EXECUTE)
    .map((s) => {
      const start = BigInt(base + s.virtualAddress);
      return { start, end: start + BigInt(s.virtualSize || s.rawSize) };
    });
}

/** Gathers what the traces saw. */
class Tally {
  private readonly byAddress = new Map<
    number,
    { usedBy: Set<HeapFunction>; calls: Set<number>; madeBy?: HeapOrigin }
  >();
  private readonly processHeapCalls = new Set<number>();
  private readonly covered = new Set<number>();
  private examined = 0;

  constructor(private readonly request: HeapUseRequest) {}

  /** Whether a variable is found that allocations and frees share, and how its handle came to be. */
  get decided(): boolean {
    for (const v of this.byAddress.values()) {
      if (v.madeBy && v.usedBy.has('allocate') && v.usedBy.has('free')) return true;
    }
    return false;
  }

  /** Whether an earlier trace came over this reference. */
  seen({ at }: CodeReference): boolean {
    return [2, 3, 1].some((before) => this.covered.has(at - before));
  }

  add(trace: ValueTracker | undefined): void {
    this.examined++;
    if (!trace) return;
    const calls = new Map(trace.calls.map((call) => [call.at, call]));
    for (const call of trace.calls) this.addCall(call);
    for (const { address, value } of trace.stores) {
      const origin = value.kind === 'result' ? originOf(value, calls) : undefined;
      if (origin) this.variable(address).madeBy ??= origin;
    }
  }

  result(references: number): HeapUse {
    const variables = [...this.byAddress]
      .filter(([address]) => this.isWritable(address))
      .map(([address, v]) => ({ address, usedBy: v.usedBy, calls: v.calls.size, madeBy: v.madeBy }))
      .sort((a, b) => rank(b) - rank(a));
    return {
      variables,
      processHeapCalls: this.processHeapCalls.size,
      references,
      examined: this.examined,
    };
  }

  private addCall(call: CallEvent): void {
    const kind = call.name === undefined ? undefined : heapFunction(call.name)?.kind;
    if (!kind) return;
    this.covered.add(call.at);
    if (kind === 'create' || kind === 'processHeap') return;
    const [handle] = call.arguments;
    if (handle?.kind === 'load' && handle.place.base === '') {
      const variable = this.variable(handle.place.offset);
      variable.usedBy.add(kind);
      variable.calls.add(call.at);
    } else if (handle?.kind === 'result' && heapFunction(handle.of)?.kind === 'processHeap') {
      this.processHeapCalls.add(call.at);
    }
  }

  private variable(address: number): { usedBy: Set<HeapFunction>; calls: Set<number>; madeBy?: HeapOrigin } {
    let variable = this.byAddress.get(address);
    if (!variable) {
      variable = { usedBy: new Set(), calls: new Set() };
      this.byAddress.set(address, variable);
    }
    return variable;
  }

  private isWritable(address: number): boolean {
    const rva = address - this.request.base;
    return this.request.sections.some(
      (s) =>
        s.characteristics & IMAGE_SCN_MEM_WRITE &&
        rva >= s.virtualAddress &&
        rva < s.virtualAddress + (s.virtualSize || s.rawSize),
    );
  }
}

function originOf(
  value: Extract<Value, { kind: 'result' }>,
  calls: ReadonlyMap<number, CallEvent>,
): HeapOrigin | undefined {
  const by = heapFunction(value.of)?.kind;
  if (by !== 'create' && by !== 'processHeap') return undefined;
  const passed = by === 'create' ? (calls.get(value.at)?.arguments.slice(0, 3) ?? []) : [];
  return { by, arguments: passed.map((a) => (a.kind === 'constant' ? a.value : undefined)) };
}

/** Agreement of different kinds of calls counts most, then a handle that was seen made, then the number of calls. */
function rank(v: HeapVariable): number {
  return v.usedBy.size * 1000 + (v.madeBy ? 500 : 0) + Math.min(v.calls, 100);
}

import { type Address, type Machine, type Module, readPointer, tryRead } from '../target/index.ts';
import type { CrtContext } from './crtInput.ts';
import { heapFunction } from './code/heapFunctions.ts';
import { findHeapUse, type HeapUse, type HeapVariable } from './code/heapVariable.ts';
import { traceFrom } from './code/traceAround.ts';
import type { CrtSymbols } from './crtSymbols.ts';
import type { ImportSlots } from './importSlots.ts';
import type { Evidence, HeapHandle } from './model.ts';

/** `_get_heap_handle` is a load and a return, behind a jump or two where it was linked incrementally. */
const GETTER_BYTES = 32;
const MAX_JUMPS = 3;
const NO_NAMES = { inSlot: () => undefined, at: () => undefined, popped: () => undefined };

/** A handle with what shows it. */
export interface FoundHandle {
  readonly handle: HeapHandle;
  readonly evidence: Evidence;
}

/** The handle that a symbol names: `_crtheap`, `__acrt_heap`. */
export function handleBySymbol(
  context: CrtContext,
  module: Module,
  symbols: CrtSymbols,
): FoundHandle | undefined {
  const { handle } = symbols;
  if (!handle) return undefined;
  const found = readHandle(context, module, 'symbol', module.base + BigInt(handle.rva), handle.name);
  const evidence: Evidence = { kind: 'symbol', text: `${handle.name}${held(context, module, found)}` };
  return { handle: found, evidence };
}

/** The handle that the runtime's own export gives: `_get_heap_handle`, of msvcr80 and later. */
export function handleByExport(context: CrtContext, module: Module): FoundHandle | undefined {
  const machine = context.machineOf(module);
  const disassembler = context.disassembler(machine);
  const entry = module.image?.exports().byName('_get_heap_handle');
  if (!disassembler || !entry || entry.forwarder !== undefined) return undefined;
  const { memory } = context.target;
  const { pointerSize } = machine;
  let start = module.base + BigInt(entry.rva);
  for (let i = 0; i < MAX_JUMPS; i++) {
    const length = memory.available(start, disassembler.maxLength);
    if (length === 0) return undefined;
    const first = disassembler.decode(memory.read(start, length), start);
    if (first.flow !== 'jump' || first.target === undefined) break;
    start = first.target;
  }
  const trace = traceFrom(
    { memory, disassembler, pointerSize, names: NO_NAMES },
    Number(start),
    GETTER_BYTES,
  );
  const value = trace.register(pointerSize === 4 ? 'eax' : 'rax');
  if (value.kind !== 'load' || value.place.base !== '') return undefined;
  const handle = readHandle(context, module, 'export', BigInt(value.place.offset));
  const evidence: Evidence = {
    kind: 'exports',
    text: `_get_heap_handle returns ${place(context, module, handle)}`,
  };
  return { handle, evidence };
}

/** What the code of a module does with Win32 heaps; undefined where it cannot be looked at. */
export function heapUseOf(context: CrtContext, slots: ImportSlots): HeapUse | undefined {
  const { module, image } = slots;
  const machine = context.machineOf(module);
  const disassembler = context.disassembler(machine);
  if (!disassembler) return undefined;
  return findHeapUse({
    memory: context.target.memory,
    disassembler,
    pointerSize: image.pointerSize,
    base: Number(module.base),
    sections: image.sections,
    slots: heapSlots(slots),
  });
}

/** The import slots of heap functions, with the functions' names. */
export function heapSlots(slots: ImportSlots): Map<number, string> {
  const named = new Map<number, string>();
  for (const { slot, name } of slots.of(isHeapProvider)) {
    if (name !== undefined && heapFunction(name)) named.set(slot, name);
  }
  return named;
}

/** Whether heap functions are imported from a DLL of this name. */
export function isHeapProvider(dll: string): boolean {
  return /^(kernel32|kernelbase|ntdll|(api|ext)-ms-win-core-heap-.*)(\.dll)?$/i.test(dll) || dll === '';
}

/**
 * The variable that a runtime's code gets its handle from: the one that most kinds of calls agree on. Where it is known
 * which heaps there are, a variable that holds none is passed over.
 */
export function handleByCode(context: CrtContext, module: Module, use: HeapUse): FoundHandle | undefined {
  const candidates = use.variables.filter((v) => v.usedBy.size >= 2 || (v.usedBy.size >= 1 && v.madeBy));
  const read = candidates.map((variable) => ({
    variable,
    handle: readHandle(context, module, 'code', BigInt(variable.address)),
  }));
  const best = read.find(({ handle }) => handle.isHeap !== false) ?? read[0];
  if (!best) return undefined;
  const text = `${callsOf(best.variable)} take the handle from ${place(context, module, best.handle)}${madeText(best.variable)}`;
  return { handle: best.handle, evidence: { kind: 'code', text } };
}

/**
 * Whether a variable is made as the start-up code of Visual C++ runtimes up to 2010 makes theirs, and used by allocation
 * and free: HeapCreate(0 or HEAP_NO_SERIALIZE, 1000h, 0) (CRT.md, section 3).
 */
export function isRuntimePattern({ usedBy, madeBy }: HeapVariable): boolean {
  if (madeBy?.by !== 'create' || !usedBy.has('allocate') || !usedBy.has('free')) return false;
  const [flags, initial, maximum] = madeBy.arguments;
  return (
    initial === 0x1000 && (flags === undefined || flags <= 1) && (maximum === undefined || maximum === 0)
  );
}

/** Where a variable lies and which heap is in it, as it stands in a sentence. */
function place(context: CrtContext, module: Module, { variable, name, value }: HeapHandle): string {
  const where = name ?? `${module.name}+0x${((variable ?? module.base) - module.base).toString(16)}`;
  return value === undefined ? where : `${where}, which holds ${heapText(context, value)}`;
}

function held(context: CrtContext, module: Module, handle: HeapHandle): string {
  const at = `${module.name}+0x${((handle.variable ?? module.base) - module.base).toString(16)}`;
  return handle.value === undefined
    ? ` at ${at}, which is not in the dump`
    : ` at ${at} holds ${heapText(context, handle.value)}`;
}

function heapText(context: CrtContext, value: Address): string {
  const text = `0x${value.toString(16)}`;
  if (value === 0n) return '0: the runtime is not initialised';
  if (context.isProcessHeap(value)) return `${text}, the process heap`;
  return context.isHeap(value) === false ? `${text}, which is no heap` : text;
}

function callsOf({ usedBy, calls }: HeapVariable): string {
  const kinds = ['allocate', 'free', 'reallocate', 'size'] as const;
  const names = { allocate: 'HeapAlloc', free: 'HeapFree', reallocate: 'HeapReAlloc', size: 'HeapSize' };
  const used = kinds.filter((kind) => usedBy.has(kind)).map((kind) => names[kind]);
  return `${calls} calls of ${used.join(', ')}`;
}

function madeText({ madeBy }: HeapVariable): string {
  if (!madeBy) return '';
  if (madeBy.by === 'processHeap') return '; it is set from GetProcessHeap';
  const passed = madeBy.arguments.map((a) => (a === undefined ? '?' : a === 0 ? '0' : `0x${a.toString(16)}`));
  return `; it is set from HeapCreate(${passed.join(', ')})`;
}

function readHandle(
  context: CrtContext,
  module: Module,
  how: HeapHandle['how'],
  variable: Address,
  name?: string,
): HeapHandle {
  const { memory } = context.target;
  const { pointerSize }: Machine = context.machineOf(module);
  // writable data counts only where the dump has it: the file has what was there before the program ran
  const value =
    memory.origin(variable) === 'dump'
      ? tryRead(() => readPointer(memory, variable, pointerSize))
      : undefined;
  return {
    how,
    variable,
    name,
    value,
    isHeap: value === undefined ? undefined : context.isHeap(value),
    isProcessHeap: value === undefined ? undefined : context.isProcessHeap(value),
  };
}

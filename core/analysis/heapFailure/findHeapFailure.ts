import { ntdllData, ntdllSymbol } from '../../heap/index.ts';
import { field, type ProcessView, readable } from '../../process/index.ts';
import type { SymbolService } from '../../symbols/index.ts';
import { type Address, readPointer, tryRead } from '../../target/index.ts';
import type { EnumType, StructView } from '../../types/index.ts';

const STRUCT = '_HEAP_FAILURE_INFORMATION';
const TYPES = '_HEAP_FAILURE_TYPE';
/** Version of the structure: 1 and 2 have been seen. */
const MAX_VERSION = 8;
/** A failure's number: the enumeration ends at 23. */
const MAX_TYPE = 64;
const MAX_FRAMES = 32;

/** What the heap manager wrote down when it found damage, before it ended the process (ntdll!RtlpHeapFailureInfo). */
export interface HeapFailure {
  /** where the record lies */
  readonly record: Address;
  readonly source: 'symbol' | 'ntdll data';
  /** the number of the kind of failure, which builds count differently */
  readonly type: number;
  /** `heap_failure_buffer_overrun`, where this build's enumeration is known */
  readonly typeName?: string;
  /** the heap; for a segment heap an address within its header */
  readonly heap: Address;
  /** the block: its entry in an NT heap, its user pointer in a segment heap; 0 if none */
  readonly address: Address;
  readonly parameters: readonly bigint[];
  readonly previousBlock: Address;
  readonly nextBlock: Address;
  /** where the record keeps `stack` */
  readonly trace: Address;
  /** return addresses at the time, innermost first */
  readonly stack: readonly Address[];
}

/**
 * The failure that the heap manager of one side of the process recorded; undefined where there was none, or the dump
 * does not hold ntdll's data. Without symbols the record is known by its version and size. May throw `AwaitFirst`.
 */
export function findHeapFailure(
  view: ProcessView,
  symbols: SymbolService | undefined,
): HeapFailure | undefined {
  const { layouts } = view;
  if (!layouts.record(STRUCT)) return undefined;
  const symbol = ntdllSymbol(view, symbols, 'RtlpHeapFailureInfo');
  if (symbol !== undefined) {
    const { memory } = view.target;
    // in some builds the symbol is the structure, in others a pointer to it
    const pointed = tryRead(() => readPointer(memory, symbol, view.machine.pointerSize));
    for (const at of [symbol, pointed]) {
      const found = at === undefined ? undefined : failureAt(view, at, 'symbol');
      if (found) return found;
    }
    return undefined;
  }
  return scan(view);
}

/** Looks through ntdll's writable data for a record that is filled. */
function scan(view: ProcessView): HeapFailure | undefined {
  const size = view.layouts.size(STRUCT);
  const step = view.machine.pointerSize;
  for (const { base, bytes } of ntdllData(view)) {
    const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const misaligned = Number(base % BigInt(step));
    for (let at = misaligned && step - misaligned; at + 8 <= bytes.length; at += step) {
      if (data.getUint32(at + 4, true) !== size) continue;
      const version = data.getUint32(at, true);
      if (version === 0 || version > MAX_VERSION) continue;
      const found = failureAt(view, base + BigInt(at), 'ntdll data');
      if (found) return found;
    }
  }
  return undefined;
}

function failureAt(
  view: ProcessView,
  record: Address,
  source: HeapFailure['source'],
): HeapFailure | undefined {
  const { layouts, target } = view;
  const info = layouts.at(STRUCT, target.memory, record);
  const number = (path: string): bigint => field(info, path) ?? 0n;
  const heap = number('HeapAddress');
  const type = Number(number('FailureType'));
  if (number('StructureSize') !== BigInt(layouts.size(STRUCT)) || heap === 0n || type > MAX_TYPE)
    return undefined;
  return {
    record,
    source,
    type,
    typeName: typeName(view, type),
    heap,
    address: number('Address'),
    parameters: ['Param1', 'Param2', 'Param3'].map(number),
    previousBlock: number('PreviousBlock'),
    nextBlock: number('NextBlock'),
    trace: info.addressOf('StackTrace'),
    stack: stackOf(info, view),
  };
}

function typeName({ layouts }: ProcessView, value: number): string | undefined {
  for (const source of layouts.sources) {
    const type = source.find(TYPES) as EnumType | undefined;
    const found = type?.kind === 'enum' && type.enumerators.find((e) => e.value === BigInt(value));
    if (found) return found.name;
  }
  return undefined;
}

/** The frames up to the first empty place. */
function stackOf(info: StructView, { machine, target }: ProcessView): Address[] {
  const first = info.addressOf('StackTrace');
  const frames: Address[] = [];
  for (let i = 0; i < MAX_FRAMES; i++) {
    const at = first + BigInt(i * machine.pointerSize);
    const frame = readable(() => readPointer(target.memory, at, machine.pointerSize));
    if (!frame) break;
    frames.push(frame);
  }
  return frames;
}

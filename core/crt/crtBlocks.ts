import { NotAvailable } from '../errors/index.ts';
import type { HeapReference, HeapSnapshot, Pacer } from '../heap/index.ts';
import { type Address, type Module, readAsciiz, readPointer, tryRead } from '../target/index.ts';
import type { CrtContext } from './crtInput.ts';
import { crtSymbols } from './crtSymbols.ts';
import type { DebugBlock, DebugBlocks } from './debug/debugBlocks.ts';
import { findDebugBlocks } from './debug/findDebugBlocks.ts';
import type { CrtMap, RuntimeCopy } from './model.ts';

const IMAGE_SCN_MEM_WRITE = 0x80000000;
/** Windows paths are shorter; longer text is no file's name. */
const MAX_FILE_NAME = 520;

/** The debug blocks of one heap, and whose they are. */
export interface HeapDebugBlocks {
  readonly heap: HeapReference;
  /** undefined where the heap cannot be walked: lists alone were followed */
  readonly snapshot: HeapSnapshot | undefined;
  /** why not */
  readonly problem?: string;
  readonly blocks: DebugBlocks;
  /** The runtime that a block belongs to; undefined where several share the heap and no list leads to one of them. */
  ownerOf(index: number): RuntimeCopy | undefined;
}

/** Debug blocks are found once a heap and runtime map. */
const found = new WeakMap<CrtMap, Map<Address, HeapDebugBlocks>>();

/** The debug blocks of a heap, by its position in the `HeapSet`. */
export async function debugBlocksOf(
  context: CrtContext,
  map: CrtMap,
  heapIndex: number,
  pace: Pacer,
): Promise<HeapDebugBlocks | undefined> {
  const { heaps } = context.input;
  const heap = heaps.heaps[heapIndex];
  if (!heap) return undefined;
  const cache = found.get(map) ?? new Map<Address, HeapDebugBlocks>();
  found.set(map, cache);
  const known = cache.get(heap.address);
  if (known) return known;
  let snapshot: HeapSnapshot | undefined;
  let problem: string | undefined;
  try {
    snapshot = await heaps.snapshot(heapIndex, pace);
  } catch (e) {
    if (!(e instanceof NotAvailable)) throw e;
    problem = e.message;
  }
  const copies = map.usersOfHeap(heap.address);
  const { memory } = context.target;
  const blocks = await findDebugBlocks({
    memory,
    pointerSize: heap.machine.pointerSize,
    heap: heap.address,
    snapshot,
    seeds: copies.flatMap((copy) => firstBlockOf(context, copy) ?? []),
    pace,
  });
  const result = { heap, snapshot, problem, blocks, ownerOf: ownersOf(context, copies, blocks) };
  cache.set(heap.address, result);
  return result;
}

/** The positions of the heaps in which debug blocks may lie: those of runtimes, without release ones. */
export function debugHeaps(context: CrtContext, map: CrtMap): number[] {
  const { heaps } = context.input;
  return [...heaps.heaps.keys()].filter((i) => {
    const heap = heaps.heaps[i];
    return heap && map.usersOfHeap(heap.address).some((copy) => copy.debug !== false);
  });
}

/** Reads the file names of blocks; each name is read once. */
export class FileNames {
  private readonly names = new Map<Address, string | undefined>();

  constructor(private readonly context: CrtContext) {}

  /** The name of the source file; undefined where there is none, or it cannot be read as text. */
  of({ file }: DebugBlock): string | undefined {
    if (file === 0n) return undefined;
    if (!this.names.has(file)) this.names.set(file, this.read(file));
    return this.names.get(file);
  }

  /** The module whose constant the name is: the one whose code asked for the block. */
  moduleOf({ file }: DebugBlock): Module | undefined {
    return file === 0n ? undefined : this.context.target.modules.find(file);
  }

  private read(at: Address): string | undefined {
    const text = readAsciiz(this.context.target.memory, at, MAX_FILE_NAME);
    const isName =
      text !== undefined && text.length > 0 && text.length < MAX_FILE_NAME && !CONTROL.test(text);
    return isName ? text : undefined;
  }
}

const CONTROL = /[\u0000-\u001f\u007f]/;

function ownersOf(
  context: CrtContext,
  copies: readonly RuntimeCopy[],
  blocks: DebugBlocks,
): (index: number) => RuntimeCopy | undefined {
  const debug = copies.filter((copy) => copy.debug !== false);
  const [only] = debug;
  if (debug.length <= 1) return () => only;
  let byHead: Map<number, RuntimeCopy> | undefined;
  return (index) => {
    byHead ??= headsOf(context, debug, blocks);
    return byHead.get(blocks.listHead(index));
  };
}

/** Which runtime's variable points to the newest block of which list. */
function headsOf(
  context: CrtContext,
  copies: readonly RuntimeCopy[],
  blocks: DebugBlocks,
): Map<number, RuntimeCopy> {
  const heads = new Set<number>();
  for (let i = 0; i < blocks.length; i++) heads.add(blocks.listHead(i));
  const owners = new Map<number, RuntimeCopy>();
  for (const copy of copies) {
    const first = firstBlockOf(context, copy);
    if (first !== undefined && heads.has(first)) owners.set(first, copy);
    else for (const head of pointersAmong(context, copy.module, heads)) owners.set(head, copy);
  }
  return owners;
}

/** The newest debug block, as the variable that symbols name has it. */
function firstBlockOf(context: CrtContext, { module }: RuntimeCopy): number | undefined {
  const symbols = context.symbolsOf(module, false);
  const variable = symbols && crtSymbols(symbols).firstBlock;
  if (!variable) return undefined;
  const { memory } = context.target;
  const at = module.base + BigInt(variable.rva);
  if (memory.origin(at) !== 'dump') return undefined;
  const value = tryRead(() => readPointer(memory, at, context.machineOf(module).pointerSize));
  return value ? Number(value) : undefined;
}

/** Which of a set of addresses stand in the writable data of a module. */
function pointersAmong(context: CrtContext, module: Module, wanted: ReadonlySet<number>): number[] {
  const { memory } = context.target;
  const { pointerSize } = context.machineOf(module);
  const hits: number[] = [];
  for (const s of module.image?.sections ?? []) {
    if (!(s.characteristics & IMAGE_SCN_MEM_WRITE)) continue;
    const start = module.base + BigInt(s.virtualAddress);
    for (const { bytes } of memory.windows({ start, end: start + BigInt(s.virtualSize || s.rawSize) })) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let at = 0; at + pointerSize <= bytes.length; at += pointerSize) {
        const high = pointerSize === 8 ? view.getUint32(at + 4, true) * 0x1_0000_0000 : 0;
        const value = high + view.getUint32(at, true);
        if (value !== 0 && wanted.has(value)) hits.push(value);
      }
    }
  }
  return hits;
}

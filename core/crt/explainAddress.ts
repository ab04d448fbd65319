import { NotAvailable } from '../errors/index.ts';
import type { HeapBlock, HeapReference, HeapSnapshot, Pacer } from '../heap/index.ts';
import type { Address, Module } from '../target/index.ts';
import { debugBlocksOf, FileNames } from './crtBlocks.ts';
import type { CrtContext } from './crtInput.ts';
import { alignedPointer, isAlignedPointer } from './debug/alignedBlock.ts';
import type { DebugBlock } from './debug/debugBlocks.ts';
import { GAP_BYTES, LAYOUTS } from './debug/headerLayout.ts';
import type { CrtMap, RuntimeCopy } from './model.ts';
import { freersOf, mayFree, type Verdict } from './verdicts.ts';

/** What a debug block's header says, with its names read. */
export interface HeaderView {
  readonly block: DebugBlock;
  readonly file?: string;
  /** the module whose code asked for the block */
  readonly fileModule?: Module;
  /** where `_aligned_malloc` put the memory in it */
  readonly aligned?: Address;
}

/** Where in its block an address lies. */
export type PlaceInBlock =
  /** what the allocator gave out: of a debug block the data, else the heap block's own pointer */
  | { readonly kind: 'start' }
  | { readonly kind: 'aligned start' }
  | { readonly kind: 'heap block' }
  | { readonly kind: 'header' }
  | { readonly kind: 'gap before' }
  | { readonly kind: 'gap after' }
  /** `offset` bytes into what the program was given */
  | { readonly kind: 'inside'; readonly offset: number }
  /** behind what was asked for, within the heap's block */
  | { readonly kind: 'slack' };

/** Whose memory an address is, and who may free it. */
export interface AddressAnswer {
  readonly address: Address;
  readonly heap?: HeapReference;
  /** the heap's block; undefined where the address is in none of a heap's blocks, or the heap cannot be walked */
  readonly heapBlock?: HeapBlock;
  readonly header?: HeaderView;
  /** what the program was given: of a debug block its data */
  readonly start?: Address;
  /** bytes that it asked for */
  readonly size?: number;
  readonly place?: PlaceInBlock;
  /** the address is as far behind the heap block's pointer as a debug header is long, and there is none */
  readonly headerDistance?: boolean;
  /** the copy that allocated it, where the dump tells */
  readonly runtime?: RuntimeCopy;
  /** the copies that use this heap */
  readonly candidates: readonly RuntimeCopy[];
  readonly isProcessHeap?: boolean;
  readonly allocatedBy: readonly Module[];
  readonly mayFree: readonly Module[];
  readonly worksToday: readonly Module[];
  readonly mustNotFree: readonly Module[];
  /** of every other copy: whether it may free the block, and why */
  readonly verdicts: readonly { readonly by: RuntimeCopy; readonly verdict: Verdict }[];
  /** what else there is to say: sentences */
  readonly notes: readonly string[];
}

/** Finds out whose memory an address is. Walks the one heap that holds it. */
export async function explainAddress(
  context: CrtContext,
  map: CrtMap,
  address: Address,
  pace: Pacer,
): Promise<AddressAnswer> {
  const { heaps } = context.input;
  const position = heaps.heapAt(address);
  const heap = heaps.heaps[position];
  if (!heap) return outsideHeaps(context, address);
  const candidates = map.usersOfHeap(heap.address);
  const notes: string[] = [];
  const debug = await debugBlocksOf(context, map, position, pace);
  if (debug?.problem) notes.push(debug.problem);
  const heapBlock = await blockAt(context, position, address, pace);
  // a block that its header's links alone show may lie where the heap sees no block
  const index = debug ? headerIndex(debug.blocks.find(address), heapBlock, debug.blocks) : -1;
  const block = debug?.blocks.at(index);
  const header = block && viewHeader(context, block);
  const owner = block ? debug?.ownerOf(index) : ownerWithoutHeader(candidates, heapBlock, context, heap);
  const where = placeOf(context, address, heap, heapBlock, header);
  const basics = { address, heap, heapBlock, header, candidates, ...where };
  const isProcessHeap = context.isProcessHeap(heap.address);
  if (heapBlock && heapBlock.state !== 'busy') {
    notes.push(
      heapBlock.state === 'free'
        ? 'the block is free: nobody may free it again'
        : `the memory is ${heapBlock.state === 'internal' ? "the heap's own" : 'not committed'}: it is no allocation`,
    );
    return { ...basics, ...nobody, isProcessHeap, notes };
  }
  if (owner) {
    if (owner.debug && !header) notes.push(WITHOUT_HEADER);
    const fromFile =
      header?.fileModule && owner.users.includes(header.fileModule) ? header.fileModule : undefined;
    const freers = freersOf(map, owner);
    return {
      ...basics,
      isProcessHeap,
      runtime: owner,
      allocatedBy: fromFile && fromFile !== owner.module ? [fromFile] : owner.users,
      mayFree: freers.may,
      worksToday: freers.worksToday,
      mustNotFree: freers.mustNot,
      verdicts: map.runtimes.filter((by) => by !== owner).map((by) => ({ by, verdict: mayFree(owner, by) })),
      notes,
    };
  }
  return { ...basics, ...severalOwners(map, candidates, isProcessHeap, notes), isProcessHeap };
}

const WITHOUT_HEADER =
  'its runtime is a debug one, and the block has no debug header: the runtime keeps it for itself, or the header is destroyed';

const nobody = { allocatedBy: [], mayFree: [], worksToday: [], mustNotFree: [], verdicts: [] } as const;

/** A block without a header, of a heap that is nobody's, or several runtimes'. */
function severalOwners(
  map: CrtMap,
  candidates: readonly RuntimeCopy[],
  isProcessHeap: boolean | undefined,
  notes: string[],
): Pick<AddressAnswer, 'allocatedBy' | 'mayFree' | 'worksToday' | 'mustNotFree' | 'verdicts' | 'notes'> {
  if (candidates.length === 0) {
    notes.push(
      isProcessHeap
        ? 'the process heap, which no C runtime of this process is known to use: Windows and callers of HeapAlloc(GetProcessHeap(), …) or LocalAlloc have it, and free it the same way'
        : 'no C runtime uses this heap: who made it (HeapCreate) frees its blocks with HeapFree and this handle; free and delete must not',
    );
    const users = new Set(map.runtimes.flatMap((copy) => copy.users));
    return { ...nobody, mustNotFree: isProcessHeap ? [] : [...users], notes };
  }
  const names = candidates.map((copy) => copy.name).join(', ');
  notes.push(
    `${candidates.length === 1 ? '' : 'several runtimes share this heap, and '}nothing in the block says who allocated it: ${names}, Windows itself, or a caller of HeapAlloc`,
  );
  const users = new Set(candidates.flatMap((copy) => copy.users));
  const all = map.runtimes.flatMap((copy) => copy.users);
  return {
    ...nobody,
    allocatedBy: [...users],
    worksToday: [...users],
    mustNotFree: [...new Set(all)].filter((m) => !users.has(m)),
    notes,
  };
}

/** A private heap has one runtime, and its blocks are that one's, with a header or without. */
function ownerWithoutHeader(
  candidates: readonly RuntimeCopy[],
  heapBlock: HeapBlock | undefined,
  context: CrtContext,
  heap: HeapReference,
): RuntimeCopy | undefined {
  if (!heapBlock || context.isProcessHeap(heap.address) !== false) return undefined;
  return candidates.length === 1 ? candidates[0] : undefined;
}

async function blockAt(
  context: CrtContext,
  position: number,
  address: Address,
  pace: Pacer,
): Promise<HeapBlock | undefined> {
  let snapshot: HeapSnapshot;
  try {
    snapshot = await context.input.heaps.snapshot(position, pace);
  } catch (e) {
    if (e instanceof NotAvailable) return undefined;
    throw e;
  }
  return snapshot.blocks.at(snapshot.blocks.find(address));
}

/** The debug block of a heap block, or the one that its list shows around an address. */
function headerIndex(
  found: number,
  heapBlock: HeapBlock | undefined,
  blocks: { indexOf(header: number): number },
): number {
  return heapBlock?.user === undefined ? found : Math.max(found, blocks.indexOf(Number(heapBlock.user)));
}

function viewHeader(context: CrtContext, block: DebugBlock): HeaderView {
  const names = new FileNames(context);
  return {
    block,
    file: names.of(block),
    fileModule: names.moduleOf(block),
    aligned: alignedPointer(context.target.memory, block),
  };
}

function placeOf(
  context: CrtContext,
  address: Address,
  heap: HeapReference,
  heapBlock: HeapBlock | undefined,
  header: HeaderView | undefined,
): Pick<AddressAnswer, 'start' | 'size' | 'place' | 'headerDistance'> {
  if (header) {
    const { block, aligned } = header;
    const offset = Number(address - block.user);
    return { start: block.user, size: block.size, place: placeInDebugBlock(address, block, offset, aligned) };
  }
  const { user, userSize: size } = heapBlock ?? {};
  if (user === undefined) return {};
  const offset = Number(address - user);
  const { pointerSize } = heap.machine;
  if (offset === 0) return { start: user, size, place: { kind: 'start' } };
  if (isAlignedPointer(context.target.memory, user, address, pointerSize))
    return { start: user, size, place: { kind: 'aligned start' } };
  if (offset < 0) return { start: user, size, place: { kind: 'heap block' } };
  const headerDistance = LAYOUTS.some((l) => l.pointerSize === pointerSize && l.size === offset);
  const place: PlaceInBlock =
    size !== undefined && offset >= size ? { kind: 'slack' } : { kind: 'inside', offset };
  return { start: user, size, place, headerDistance };
}

function placeInDebugBlock(
  address: Address,
  { header, layout, size }: DebugBlock,
  offset: number,
  aligned: Address | undefined,
): PlaceInBlock {
  if (offset === 0) return { kind: 'start' };
  if (address === aligned) return { kind: 'aligned start' };
  if (address < header) return { kind: 'heap block' };
  if (offset < -GAP_BYTES) return { kind: 'header' };
  if (offset < 0) return { kind: 'gap before' };
  if (offset < size) return { kind: 'inside', offset };
  return offset < size + GAP_BYTES && layout.size > 0 ? { kind: 'gap after' } : { kind: 'slack' };
}

/** An address that no heap holds: what it is instead, as far as that matters to someone who frees it. */
function outsideHeaps(context: CrtContext, address: Address): AddressAnswer {
  const module = context.target.modules.find(address);
  const note = module
    ? `it lies in the image of ${module.fileName}: no runtime may free it`
    : context.input.heaps.heaps.length === 0
      ? 'the dump does not say which heaps the process has'
      : 'no Win32 heap of the process holds it: the stack, memory of VirtualAlloc, of a file mapping, or of an allocator of its own';
  return { address, candidates: [], ...nobody, notes: [note] };
}

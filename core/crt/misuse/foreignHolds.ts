import { NotAvailable } from '../../errors/index.ts';
import { BlockState, type HeapSnapshot, type Pacer } from '../../heap/index.ts';
import type { Address, AddressRange, Module } from '../../target/index.ts';
import { debugBlocksOf, type HeapDebugBlocks } from '../crtBlocks.ts';
import type { CrtContext } from '../crtInput.ts';
import { LAYOUTS } from '../debug/headerLayout.ts';
import type { CrtMap, RuntimeCopy } from '../model.ts';

const IMAGE_SCN_MEM_WRITE = 0x80000000;
/** Blocks between two looks at the clock. */
const CHUNK = 1024;
/** Blocks that are named of each pair of runtimes. */
const EXAMPLES = 5;
/** Who refers to a block: bits. */
const OWN = 1;
const FOREIGN = 2;

/** Blocks of one runtime that only modules of another refer to. A hint: what holds memory often frees it. */
export interface ForeignHold {
  readonly allocator: RuntimeCopy;
  readonly holder: RuntimeCopy;
  readonly blocks: number;
  /** bytes that were asked for */
  readonly bytes: number;
  readonly examples: readonly {
    /** what the allocator gave out */
    readonly user: Address;
    readonly size: number;
    /** where a pointer to it lies */
    readonly heldAt: Address;
  }[];
}

/**
 * Looks for pointers to the blocks of every runtime's own heap: in the data of modules and in the blocks of runtimes.
 * Stacks and other memory belong to no module and count for none. Heaps that several runtimes share are left out: their
 * blocks tell not whose they are.
 */
export async function foreignHolds(context: CrtContext, map: CrtMap, pace: Pacer): Promise<ForeignHold[]> {
  const owned: OwnedHeap[] = [];
  for (const [i, { address, machine }] of context.input.heaps.heaps.entries()) {
    const users = map.usersOfHeap(address).filter((copy) => copy.family !== 'own');
    const [owner] = users;
    if (!owner || users.length !== 1 || context.isProcessHeap(address) !== false) continue;
    try {
      const snapshot = await context.input.heaps.snapshot(i, pace);
      const debug = owner.debug === false ? undefined : await debugBlocksOf(context, map, i, pace);
      owned.push({ owner, snapshot, debug, pointerSize: machine.pointerSize });
    } catch (e) {
      if (!(e instanceof NotAvailable)) throw e;
    }
  }
  // one runtime has nobody to share with
  if (owned.length === 0 || map.runtimes.length < 2) return [];
  const holds: ForeignHold[] = [];
  for (const pointerSize of [4, 8] as const) {
    const heaps = owned.filter((heap) => heap.pointerSize === pointerSize);
    if (heaps.length === 0) continue;
    const index = new OwnedBlocks(heaps);
    await scan(context, map, index, pointerSize, pace);
    holds.push(...index.foreign(map.runtimes));
  }
  return holds;
}

interface OwnedHeap {
  readonly owner: RuntimeCopy;
  readonly snapshot: HeapSnapshot;
  readonly debug: HeapDebugBlocks | undefined;
  readonly pointerSize: 4 | 8;
}

async function scan(
  context: CrtContext,
  map: CrtMap,
  index: OwnedBlocks,
  pointerSize: 4 | 8,
  pace: Pacer,
): Promise<void> {
  const { memory, modules } = context.target;
  const words = (range: AddressRange, by: RuntimeCopy): void => {
    for (const { base, bytes } of memory.windows(range)) index.refer(bytes, Number(base), pointerSize, by.id);
  };
  for (const module of modules) {
    const runtime = map.of(module)?.runtime;
    if (!runtime || context.machineOf(module).pointerSize !== pointerSize) continue;
    for (const range of writableRanges(module)) words(range, runtime);
    if (pace.due()) await pace.rest({ done: 0, what: 'data of modules' });
  }
  for (let i = 0; i < index.length; i++) {
    const { start, end, owner } = index;
    const from = BigInt(start[i] ?? 0);
    const by = map.runtimes.find((r) => r.id === owner[i]);
    if (by) words({ start: from, end: BigInt(end[i] ?? 0) }, by);
    if (i % CHUNK === 0 && pace.due()) await pace.rest({ done: i, total: index.length, what: 'blocks' });
  }
}

function writableRanges(module: Module): AddressRange[] {
  return (module.image?.sections ?? [])
    .filter((s) => s.characteristics & IMAGE_SCN_MEM_WRITE)
    .map((s) => {
      const start = module.base + BigInt(s.virtualAddress);
      return { start, end: start + BigInt(s.virtualSize || s.rawSize) };
    });
}

/** The busy blocks of all private heaps, rising: where their data begins and ends, and whose they are. */
class OwnedBlocks {
  readonly length: number;
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** ids of runtimes */
  readonly owner: Uint16Array;
  private readonly referred: Uint8Array;
  private readonly holder: Uint16Array;
  private readonly heldAt: Float64Array;

  constructor(heaps: readonly OwnedHeap[]) {
    const all = heaps.flatMap((heap) => [...dataOf(heap)]).sort((a, b) => a.start - b.start);
    this.length = all.length;
    this.start = Float64Array.from(all, (b) => b.start);
    this.end = Float64Array.from(all, (b) => b.end);
    this.owner = Uint16Array.from(all, (b) => b.owner);
    this.referred = new Uint8Array(all.length);
    this.holder = new Uint16Array(all.length);
    this.heldAt = new Float64Array(all.length);
  }

  /** Takes down which blocks the words of a run of memory point to. */
  refer(bytes: Uint8Array, base: number, pointerSize: 4 | 8, by: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const low = this.start[0] ?? 0;
    const high = this.end[this.length - 1] ?? 0;
    const first = (pointerSize - (base % pointerSize)) % pointerSize;
    for (let at = first; at + pointerSize <= bytes.length; at += pointerSize) {
      const upper = pointerSize === 8 ? view.getUint32(at + 4, true) * 0x1_0000_0000 : 0;
      const value = upper + view.getUint32(at, true);
      if (value < low || value >= high) continue;
      const i = this.find(value);
      // a block's pointers into itself hold nothing
      if (i < 0 || (base + at >= (this.start[i] ?? 0) && base + at < (this.end[i] ?? 0))) continue;
      if (this.owner[i] === by) this.referred[i] = (this.referred[i] ?? 0) | OWN;
      else {
        this.referred[i] = (this.referred[i] ?? 0) | FOREIGN;
        this.holder[i] = by;
        this.heldAt[i] = base + at;
      }
    }
  }

  /** The blocks that only foreign modules refer to, by allocator and holder. */
  foreign(runtimes: readonly RuntimeCopy[]): ForeignHold[] {
    const byId = new Map(runtimes.map((r) => [r.id, r]));
    const groups = new Map<string, { -readonly [K in keyof ForeignHold]: ForeignHold[K] }>();
    for (let i = 0; i < this.length; i++) {
      if (this.referred[i] !== FOREIGN) continue;
      const allocator = byId.get(this.owner[i] ?? 0);
      const holder = byId.get(this.holder[i] ?? 0);
      if (!allocator || !holder) continue;
      const key = `${allocator.id} ${holder.id}`;
      const group = groups.get(key) ?? { allocator, holder, blocks: 0, bytes: 0, examples: [] };
      groups.set(key, group);
      const size = (this.end[i] ?? 0) - (this.start[i] ?? 0);
      group.blocks++;
      group.bytes += size;
      if (group.examples.length < EXAMPLES) {
        const example = { user: BigInt(this.start[i] ?? 0), size, heldAt: BigInt(this.heldAt[i] ?? 0) };
        group.examples = [...group.examples, example];
      }
    }
    return [...groups.values()];
  }

  private find(value: number): number {
    const { start } = this;
    let from = 0;
    let to = this.length - 1;
    while (from < to) {
      const middle = (from + to + 1) >>> 1;
      if ((start[middle] ?? 0) <= value) from = middle;
      else to = middle - 1;
    }
    return value >= (start[from] ?? Infinity) && value < (this.end[from] ?? 0) ? from : -1;
  }
}

/** Where the data of each busy block lies: behind the debug header, whose links hold every block. */
function* dataOf({
  owner,
  snapshot,
  debug,
}: OwnedHeap): Iterable<{ start: number; end: number; owner: number }> {
  const { state, entry, userOffset, userSize, size } = snapshot.blocks.columns;
  for (let i = 0; i < snapshot.blocks.length; i++) {
    if (state[i] !== BlockState.busy) continue;
    const user = (entry[i] ?? 0) + (userOffset[i] ?? 0);
    const known = userSize[i] ?? -1;
    const end = known >= 0 ? user + known : (entry[i] ?? 0) + (size[i] ?? 0);
    const at = debug?.blocks.indexOf(user) ?? -1;
    const header = at < 0 ? undefined : debug?.blocks.columns;
    if (!header) {
      if (end > user) yield { start: user, end, owner: owner.id };
      continue;
    }
    const data = user + (LAYOUTS[header.layout[at] ?? 0]?.size ?? 0);
    yield { start: data, end: Math.min(end, data + Math.max(1, header.size[at] ?? 0)), owner: owner.id };
  }
}

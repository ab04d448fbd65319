import { VtableNames } from '../../analysis/objectTypes/index.ts';
import { DebugHeaders, WindowReader } from '../../analysis/reachability/index.ts';
import { type BlockOwners, blockOwners, type DamagedBlock, debugBlocksOf } from '../../crt/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import { BlockState, heapMap, type HeapMap, type HeapSet } from '../../heap/index.ts';
import { formatFlat } from '../../output/index.ts';
import { heapsOf } from '../heap/index.ts';
import type { Pace } from '../pace.ts';
import type { Session } from '../session.ts';
import { damageNames } from './blockRows.ts';
import { crtContextOf, crtMapOf } from './crtSession.ts';

/** Blocks between two looks at the clock. */
const CHUNK = 1024;

/** A heap to choose for a picture. */
export interface HeapChoice {
  /** position in the `HeapSet`, which the other functions here take */
  readonly position: number;
  readonly heap: bigint;
  /** the number that `!heap` gives it */
  readonly index: number;
  readonly kind: string;
  readonly machine: string;
  /** bytes; undefined where the heap's header cannot be read */
  readonly committed?: number;
  readonly reserved?: number;
  readonly frontEnd?: string;
  /** why it cannot be read */
  readonly problem?: string;
}

/** The heaps of the process, none of them walked. */
export function heapChoices(session: Session): HeapChoice[] {
  const heaps = heapsOf(session);
  return heaps.heaps.map((reference, position) => {
    const { address: heap, index, kind = 'unknown', machine } = reference;
    const choice = { position, heap, index, kind, machine: machine.kind };
    try {
      const { committed, reserved, frontEnd } = heaps.outline(position);
      return { ...choice, committed, reserved, frontEnd };
    } catch (e) {
      if (!(e instanceof NotAvailable)) throw e;
      return { ...choice, problem: e.message };
    }
  });
}

/** The picture of the heap with a handle. Walks it. Throws `NotAvailable`. */
export async function heapPicture(session: Session, heap: bigint, pace: Pace): Promise<HeapMap> {
  const heaps = heapsOf(session);
  const position = positionOf(session, heaps, heap);
  return heapMap(await heaps.snapshot(position, pace), position);
}

/** `BlockOwners` with the damage in words. */
export interface HeapOwners extends Omit<BlockOwners, 'damage'> {
  readonly damage: readonly (DamagedBlock & { readonly what: string })[];
}

/** Whose its blocks are, and of which type to a debug runtime. Finds the process' runtimes first. */
export async function heapOwners(session: Session, heap: bigint, pace: Pace): Promise<HeapOwners> {
  const heaps = heapsOf(session);
  const position = positionOf(session, heaps, heap);
  const snapshot = await heaps.snapshot(position, pace);
  const map = await crtMapOf(session, pace);
  const context = crtContextOf(session);
  const debug = await debugBlocksOf(context, map, position, pace);
  const isPrivate = context.isProcessHeap(heap) === false;
  const found = await blockOwners(context, snapshot, map.usersOfHeap(heap), debug, isPrivate, pace);
  return { ...found, damage: found.damage.map((d) => ({ ...d, what: damageNames(d.damage).join(', ') })) };
}

/** C++ classes of blocks: columns by the block's index. */
export interface BlockClasses {
  /** index in `classes`; 0 for blocks that begin with no vtable pointer */
  readonly type: Uint16Array;
  /** `app!ns::Circle`; the first is empty */
  readonly classes: readonly string[];
}

/** The class of each busy block that begins with a vtable pointer. May throw `AwaitFirst` while symbols load. */
export async function heapClasses(session: Session, heap: bigint, pace: Pace): Promise<BlockClasses> {
  const heaps = heapsOf(session);
  const snapshot = await heaps.snapshot(positionOf(session, heaps, heap), pace);
  const { pointerSize } = snapshot.reference.machine;
  const { memory } = session.target;
  const headers = await DebugHeaders.read(memory, [snapshot], pace);
  const names = new VtableNames(session.target, session.symbols, pointerSize);
  const reader = new WindowReader(memory);
  const { state, entry, userOffset, size } = snapshot.blocks.columns;
  const count = snapshot.blocks.length;
  const type = new Uint16Array(count);
  const classes = [''];
  const numbers = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    if (i % CHUNK === 0 && pace.due()) await pace.rest({ done: i, total: count, what: 'blocks' });
    if (state[i] !== BlockState.busy) continue;
    const offset = (userOffset[i] ?? 0) + headers.sizeAt(0, i);
    if ((size[i] ?? 0) < offset + pointerSize) continue;
    const word = reader.pointer((entry[i] ?? 0) + offset, pointerSize);
    const found = word === undefined ? undefined : names.classAt(word);
    if (!found) continue;
    const name = `${found.module.name}!${found.name}`;
    let n = numbers.get(name);
    if (n === undefined && classes.length <= 0xffff) numbers.set(name, (n = classes.push(name) - 1));
    type[i] = n ?? 0;
  }
  return { type, classes };
}

function positionOf(session: Session, heaps: HeapSet, heap: bigint): number {
  const position = heaps.indexOf(heap);
  if (position >= 0) return position;
  throw new NotAvailable(`${formatFlat(heap, session.machine.pointerSize)} is no heap of this process`);
}

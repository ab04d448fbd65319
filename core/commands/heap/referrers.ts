import { findPointers, type FoundPointer } from '../../analysis/reachability/index.ts';
import { hex, hexAddress } from '../../bytes/index.ts';
import type { HeapBlock, HeapSnapshot } from '../../heap/index.ts';
import { type ProcessView, stackOf } from '../../process/index.ts';
import type { Address, AddressRange, Thread } from '../../target/index.ts';
import { allViews } from '../process/index.ts';
import type { HeapRequest } from './answer.ts';

/** More pointers than anyone follows. */
export const MAX_REFERRERS = 256;
const ALL_MEMORY: AddressRange = { start: 0n, end: 1n << 64n };

/** A pointer to a block, and where it stands. */
export interface Referrer extends FoundPointer {
  readonly place: Place;
}

type Place =
  | { readonly kind: 'global'; readonly name: string }
  | { readonly kind: 'stack'; readonly thread: Thread; readonly belowStackPointer: boolean }
  | { readonly kind: 'block'; readonly block: HeapBlock; readonly heap: Address; readonly offset: bigint }
  | { readonly kind: 'heap'; readonly heap: Address }
  | { readonly kind: 'memory' };

/** Who points to a block: every aligned word of the dump's memory that points into it, named. */
export async function findReferrers(
  request: HeapRequest,
  { reference }: HeapSnapshot,
  block: HeapBlock,
): Promise<Referrer[]> {
  const { call } = request;
  const { session, pace } = call;
  const found = await findPointers({
    memory: session.target.memory,
    pointerSize: reference.machine.pointerSize,
    into: { start: block.entry, end: block.entry + BigInt(block.size) },
    within: ALL_MEMORY,
    limit: MAX_REFERRERS,
    pace,
  });
  const stacks = allViews(session).flatMap(stacksOf);
  const referrers: Referrer[] = [];
  for (const pointer of found) {
    referrers.push({ ...pointer, place: await placeAt(request, stacks, pointer.address) });
    if (pace.due()) await pace.rest({ done: referrers.length, total: found.length, what: 'pointers' });
  }
  return referrers;
}

interface Stack extends AddressRange {
  readonly thread: Thread;
  readonly pointer: Address | undefined;
}

function stacksOf(view: ProcessView): Stack[] {
  return view.target.threads.flatMap((thread) => {
    const range = stackOf(view, thread);
    return range ? [{ ...range, thread, pointer: thread.context(view.machine)?.sp }] : [];
  });
}

async function placeAt({ call, heaps }: HeapRequest, stacks: readonly Stack[], at: Address): Promise<Place> {
  const { session, pace } = call;
  if (session.target.modules.find(at)) {
    return { kind: 'global', name: session.symbols.describe(at) ?? hexAddress(at) };
  }
  const stack = stacks.find((s) => at >= s.start && at < s.end);
  if (stack) {
    const { thread, pointer } = stack;
    return { kind: 'stack', thread, belowStackPointer: pointer !== undefined && at < pointer };
  }
  const found = await heaps.find(at, pace);
  if (!found) return { kind: 'memory' };
  const heap = found.snapshot.reference.address;
  const block = found.snapshot.blocks.at(found.index);
  return block
    ? { kind: 'block', block, heap, offset: at - found.snapshot.blocks.user(block.index) }
    : { kind: 'heap', heap };
}

/** `busy block 00b803a0, offset 8, heap 00b80000` */
export function placeText(place: Place): string {
  switch (place.kind) {
    case 'global':
      return place.name;
    case 'stack':
      return `stack of thread ${place.thread.index}${place.belowStackPointer ? ', below its stack pointer' : ''}`;
    case 'block': {
      const { block, heap, offset } = place;
      const user = block.user ?? block.entry;
      const where = offset < 0n ? `header${hex(offset)}` : `+${hex(offset)}`;
      return `${block.state} block ${hex(user)} ${where}, heap ${hex(heap)}`;
    }
    case 'heap':
      return `the heap ${hex(place.heap)} itself`;
    case 'memory':
      return 'other memory';
  }
}

export function referrerData({ address, value, place }: Referrer) {
  const common = { address: hexAddress(address), value: hexAddress(value), place: place.kind };
  switch (place.kind) {
    case 'global':
      return { ...common, name: place.name };
    case 'stack':
      return { ...common, thread: place.thread.index, belowStackPointer: place.belowStackPointer };
    case 'block':
      return {
        ...common,
        block: hexAddress(place.block.user ?? place.block.entry),
        state: place.block.state,
        heap: hexAddress(place.heap),
        offset: Number(place.offset),
      };
    case 'heap':
      return { ...common, heap: hexAddress(place.heap) };
    case 'memory':
      return common;
  }
}

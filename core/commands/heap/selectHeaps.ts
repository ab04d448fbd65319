import { hexAddress } from '../../bytes/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import type { HeapOutline, HeapReference, HeapSnapshot } from '../../heap/index.ts';
import { foreignSystem } from '../../minidump/index.ts';
import { type Output, span } from '../../output/index.ts';
import { addressOf } from '../process/index.ts';
import type { Session } from '../session.ts';
import type { HeapRequest } from './answer.ts';

/** A heap that could not be read, and why. */
export interface UnreadHeap {
  readonly reference: HeapReference;
  readonly problem: string;
}

/** Positions of all heaps: those of the machine in effect first. */
export function orderedHeaps({ call, heaps }: HeapRequest): number[] {
  const { machine } = call.session;
  const all = [...heaps.heaps.keys()];
  const isOwn = (i: number): boolean => heaps.heaps[i]?.machine === machine;
  return [...all.filter(isOwn), ...all.filter((i) => !isOwn(i))];
}

/**
 * The positions that a person means: a heap's handle, its number in the list, or all for 0, -1 or nothing. Throws
 * `NotAvailable` where there is none of that name.
 */
export function selectHeaps(request: HeapRequest, text: string | undefined): number[] {
  const all = orderedHeaps(request);
  if (text === undefined || text === '') return all;
  const { session } = request.call;
  const value = addressOf(session, text);
  const highest = session.machine.pointerSize === 4 ? 0xffff_ffffn : 0xffff_ffff_ffff_ffffn;
  if (value === 0n || value === highest) return all;
  const position = positionOf(request, value);
  if (position === undefined) {
    const known = all.map((i) => hexAddress(request.heaps.heaps[i]?.address ?? 0n));
    const list = known.length > 0 ? `; there are ${known.slice(0, 16).join(', ')}` : '';
    throw new NotAvailable(`${hexAddress(value)} is no heap${list}`);
  }
  return [position];
}

/** A heap by its handle or its number in the list of the machine in effect. */
export function positionOf({ call, heaps }: HeapRequest, value: bigint): number | undefined {
  const byHandle = heaps.indexOf(value);
  if (byHandle >= 0) return byHandle;
  const { machine } = call.session;
  const byNumber = heaps.heaps.findIndex((h) => h.machine === machine && BigInt(h.index) === value);
  return byNumber >= 0 ? byNumber : undefined;
}

/** What the heaps at these positions say of themselves; those that cannot be read apart. */
export function readOutlines(
  { heaps }: HeapRequest,
  positions: readonly number[],
): { outlines: HeapOutline[]; unread: UnreadHeap[] } {
  const outlines: HeapOutline[] = [];
  const unread: UnreadHeap[] = [];
  for (const i of positions) {
    const reference = heaps.heaps[i];
    if (!reference) continue;
    try {
      outlines.push(heaps.outline(i));
    } catch (e) {
      if (!(e instanceof NotAvailable)) throw e;
      unread.push({ reference, problem: e.message });
    }
  }
  return { outlines, unread };
}

/** The heaps at these positions with all their blocks; those that cannot be read apart. */
export async function readSnapshots(
  { call, heaps }: HeapRequest,
  positions: readonly number[],
): Promise<{ snapshots: HeapSnapshot[]; unread: UnreadHeap[] }> {
  const snapshots: HeapSnapshot[] = [];
  const unread: UnreadHeap[] = [];
  for (const i of positions) {
    const reference = heaps.heaps[i];
    if (!reference) continue;
    try {
      snapshots.push(await heaps.snapshot(i, call.pace));
    } catch (e) {
      if (!(e instanceof NotAvailable)) throw e;
      unread.push({ reference, problem: e.message });
    }
  }
  return { snapshots, unread };
}

/** Heaps that cannot be read: so many are named, the others counted. */
const MAX_NAMED = 8;

/** Says which heaps could not be read, where others could. */
export function printUnread(unread: readonly UnreadHeap[], out: Output): void {
  for (const { problem } of unread.slice(0, MAX_NAMED)) out.line(span(`*** ${problem}`, 'warning'));
  const more = unread.length - MAX_NAMED;
  if (more > 0) out.line(span(`*** ${more} more heaps cannot be read`, 'warning'));
}

/** The same for the JSON output. */
export function unreadData(unread: readonly UnreadHeap[]) {
  return unread.map(({ reference, problem }) => ({ heap: hexAddress(reference.address), problem }));
}

/**
 * Why there is no heap to show: which part of the dump is missing, and which kind of dump has it. `listed`: the problem of
 * each heap is printed as well.
 */
export function whyNoHeaps(
  { target, machine }: Session,
  unread: readonly UnreadHeap[],
  listed = false,
): string {
  const foreign = foreignSystem(target.system.os.platformId);
  if (foreign !== undefined) return `This is a process of ${foreign}: it has no heaps of Windows`;
  const remedy = 'a dump with MiniDumpWithPrivateReadWriteMemory or MiniDumpWithFullMemory holds them';
  if (unread.length > 0) {
    const whole = unread.length === 1 ? 'The one heap' : `None of the ${unread.length} heaps`;
    const [first] = unread;
    const verb = unread.length === 1 ? 'cannot' : 'can';
    const absent = unread.every(({ problem }) => problem.endsWith('is not in the dump'));
    const why = unread.length === 1 ? 'its memory is not in the dump' : 'their memory is not in the dump';
    const detail = absent ? `: ${why}` : listed || !first ? '' : ` (${first.problem})`;
    return `${whole} ${verb} be read${detail}; ${remedy}`;
  }
  if (!target.dump?.memory || target.dump.memory.count === 0) {
    return `The dump holds no memory (MemoryListStream, Memory64ListStream); ${remedy}`;
  }
  const peb = target.peb(machine);
  if (peb === undefined) {
    return `The dump holds no TEB, so that nothing leads to the PEB and its list of heaps; ${remedy}`;
  }
  if (target.memory.available(peb, 1) === 0) {
    return `The PEB at ${hexAddress(peb)}, which lists the heaps, is not in the dump; ${remedy}`;
  }
  return `The PEB at ${hexAddress(peb)} lists no heap`;
}

/** What is to be said where an address was found in no heap: nothing where all heaps could be looked at. */
export function whyNotFound({ call, heaps }: HeapRequest): string | undefined {
  const count = heaps.heaps.length;
  if (count === 0) return whyNoHeaps(call.session, []);
  const unread = heaps.unreadable().length;
  if (unread === 0) return undefined;
  return `${unread} of the ${count} heaps cannot be read, as the dump does not hold them: it may lie in one of them`;
}

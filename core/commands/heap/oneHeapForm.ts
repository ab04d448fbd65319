import { hex, hexAddress } from '../../bytes/index.ts';
import { NotAvailable, UsageError } from '../../errors/index.ts';
import { BlockPart, BlockState, type HeapSnapshot } from '../../heap/index.ts';
import type { HeapAnswer, HeapRequest } from './answer.ts';
import { bare } from './blockText.ts';
import { flagNames } from './heapFlags.ts';
import { summaryData } from './heapData.ts';
import { freeListLength } from './summaryForm.ts';
import { readSnapshots, selectHeaps } from './selectHeaps.ts';

const KIB = 1024;
const DEFAULT_BUCKET = 1024;
/** More rows than a person reads; what is larger stands in the last. */
const MAX_BUCKETS = 4096;

/** Blocks whose sizes lie in one range: those of the back end, and those of the front end. */
interface Bucket {
  busy: number;
  free: number;
  frontBusy: number;
  frontFree: number;
  unused: number;
}

/** `!heap -s HEAP` and `!heap -s -h HEAP`: one heap's figures, and its blocks by size. `bucketSize` in bytes. */
export async function summarizeHeap(request: HeapRequest, heap: string, bucketSize = DEFAULT_BUCKET) {
  if (!Number.isSafeInteger(bucketSize) || bucketSize < 1)
    throw new UsageError('!heap -s -b takes a number of bytes above 0');
  const { snapshots, unread } = await readSnapshots(request, selectHeaps(request, heap));
  const [snapshot] = snapshots;
  if (!snapshot) throw new NotAvailable(unread[0]?.problem ?? 'there is no such heap');
  const buckets = countBySize(snapshot, bucketSize);
  return {
    print(out) {
      const { reference, counters, committed, reserved } = snapshot;
      const k = (bytes: number): string => `${Math.floor(bytes / KIB)} (k)`;
      const row = (title: string, value: string | number): void => out.line(`   ${title.padEnd(32)}${value}`);
      const free = counters.totalFreeSize ?? snapshot.freeBytes;
      const spread = reserved - (counters.largeUncommitted ?? 0);
      out.line(`${String(reference.index).padStart(2)}: Heap ${bare(reference.address, reference)}`);
      row('Flags', `${hex(snapshot.flags, 8)} - ${flagNames(snapshot.flags, reference.kind).join(' ')} `);
      row('Reserved memory', k(reserved));
      row('Commited memory', k(committed));
      row('Virtual bytes', k(spread));
      row('Free space', k(free));
      row('External fragmentation', `${percent(free, committed)}% (${freeListLength(snapshot)} free blocks)`);
      row(
        'Virtual address fragmentation',
        `${percent(spread - committed, spread)}% (${snapshot.uncommitted.length} uncommited ranges)`,
      );
      row('Virtual blocks', snapshot.largeRegions.length);
      row('Lock contention', counters.lockContention ?? 0);
      row('Segments', snapshot.segments.length);
      row('Front heap', snapshot.frontEnd);
      out.line('');
      out.line('                    Default heap      Front heap        Unused bytes');
      out.line('   Range (bytes)     Busy    Free    Busy    Free      Total  Average');
      out.line('-'.repeat(71));
      for (const [i, b] of buckets) {
        const blocks = b.busy + b.frontBusy;
        const columns = [b.busy, b.free, b.frontBusy, b.frontFree].map((n) => String(n).padStart(8)).join('');
        const unused = `${String(b.unused).padStart(11)}${String(blocks ? Math.round(b.unused / blocks) : 0).padStart(9)}`;
        out.line(
          `${String(i * bucketSize).padStart(7)} - ${String((i + 1) * bucketSize).padStart(7)}${columns}${unused}`,
        );
      }
      out.line('-'.repeat(71));
    },
    data: () => ({
      ...summaryData(snapshot.reference, snapshot),
      address: hexAddress(snapshot.reference.address),
      bucketSize,
      buckets: buckets.map(([i, bucket]) => ({ from: i * bucketSize, ...bucket })),
    }),
  } satisfies HeapAnswer;
}

/** The rows that have blocks, rising by size: of user sizes for busy blocks, of whole sizes for free ones. */
function countBySize({ blocks }: HeapSnapshot, bucketSize: number): [number, Bucket][] {
  const { state, part, size, userSize } = blocks.columns;
  const buckets = new Map<number, Bucket>();
  for (let i = 0; i < blocks.length; i++) {
    const isBusy = state[i] === BlockState.busy;
    if (!isBusy && state[i] !== BlockState.free) continue;
    const whole = size[i] ?? 0;
    const bytes = isBusy ? Math.max(0, userSize[i] ?? 0) : whole;
    const at = Math.min(Math.floor(bytes / bucketSize), MAX_BUCKETS);
    let bucket = buckets.get(at);
    if (!bucket) buckets.set(at, (bucket = { busy: 0, free: 0, frontBusy: 0, frontFree: 0, unused: 0 }));
    const isFront = part[i] === BlockPart.lfh || part[i] === BlockPart.lookaside;
    if (isBusy) {
      if (isFront) bucket.frontBusy++;
      else bucket.busy++;
      if ((userSize[i] ?? -1) >= 0) bucket.unused += whole - bytes;
    } else if (isFront) bucket.frontFree++;
    else bucket.free++;
  }
  return [...buckets].sort(([a], [b]) => a - b);
}

function percent(part: number, whole: number): number {
  return whole > 0 ? Math.floor((part * 100) / whole) : 0;
}

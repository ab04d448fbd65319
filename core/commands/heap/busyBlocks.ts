import { hexAddress } from '../../bytes/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import type { HeapSnapshot } from '../../heap/index.ts';
import type { Output, Part } from '../../output/index.ts';
import type { Address, AddressRange } from '../../target/index.ts';
import type { Call } from '../command.ts';
import { heapNote, type HeapNote, heapNoteData, heapNoteParts } from './heapNotes.ts';
import { heapsOf } from './heapsOf.ts';
import {
  printUnread,
  readSnapshots,
  selectHeaps,
  unreadData,
  type UnreadHeap,
  whyNoHeaps,
} from './selectHeaps.ts';

/** Busy blocks with no more than this between them are read in one go: reading is cheaper than starting anew. */
const JOIN = 0x10000n;

/** The memory that a program has from its heaps: the user bytes of their busy blocks. */
export class BusyBlocks {
  private constructor(
    readonly snapshots: readonly HeapSnapshot[],
    private readonly unread: readonly UnreadHeap[],
  ) {}

  /**
   * Walks all heaps, those of the machine in effect first, or the one that a person names by its handle or number.
   * Throws `NotAvailable` where none can be read; may throw `AwaitFirst` while symbols load.
   */
  static async read(call: Call, heap: string | undefined): Promise<BusyBlocks> {
    const request = { call, heaps: heapsOf(call.session) };
    const { snapshots, unread } = await readSnapshots(request, selectHeaps(request, heap));
    if (snapshots.length === 0)
      throw new NotAvailable(`No heap can be searched. ${whyNoHeaps(call.session, unread)}`);
    return new BusyBlocks(snapshots, unread);
  }

  /** The user bytes of each busy block of a heap, rising. */
  *ranges(snapshot: HeapSnapshot): Generator<AddressRange> {
    const { blocks } = snapshot;
    for (let i = 0; i < blocks.length; i++) {
      if (!blocks.isBusy(i)) continue;
      const range = userRange(snapshot, i);
      if (range.start < range.end) yield range;
    }
  }

  /**
   * The same in long disjoint runs, with headers and what else is small between blocks: for searches that ask `holding`
   * of what they find.
   */
  *runs(snapshot: HeapSnapshot): Generator<AddressRange> {
    let run: AddressRange | undefined;
    for (const { start, end } of this.ranges(snapshot)) {
      // a damaged block may begin in front of the last one's end
      if (run && start <= run.end + JOIN) {
        run = { start: run.start, end: end > run.end ? end : run.end };
        continue;
      }
      if (run) yield run;
      run = { start, end };
    }
    if (run) yield run;
  }

  /** The busy block whose user bytes hold all of a range, of one heap or of any; undefined where there is none. */
  holding(start: Address, length: number, snapshot?: HeapSnapshot): HeapNote | undefined {
    for (const heap of snapshot ? [snapshot] : this.snapshots) {
      const index = indexHolding(heap, start, length);
      if (index >= 0) return heapNote({ snapshot: heap, index }, start);
    }
    return undefined;
  }

  /** A block to print behind what lies in it. */
  behind(note: HeapNote | undefined): Part[] {
    return note ? heapNoteParts(note) : [];
  }

  /** The same for the JSON output. */
  blockData(note: HeapNote | undefined) {
    return note && heapNoteData(note);
  }

  /** Says which of the heaps could not be read. */
  printUnread(out: Output): void {
    printUnread(this.unread, out);
  }

  /** The heaps of the search, for the JSON output. */
  data() {
    return {
      heaps: this.snapshots.map(({ reference }) => hexAddress(reference.address)),
      unreadHeaps: unreadData(this.unread),
    };
  }
}

/** The last block that begins at or in front of a range and has all of it for its user; -1 if there is none. */
function indexHolding(snapshot: HeapSnapshot, start: Address, length: number): number {
  const { blocks } = snapshot;
  const behind = blocks.firstFrom(start + 1n);
  // on x64 the user of an NT heap's block has the first eight bytes of the next block's header too
  for (const index of [behind - 1, behind - 2]) {
    if (index < 0 || !blocks.isBusy(index)) continue;
    const range = userRange(snapshot, index);
    if (start >= range.start && start + BigInt(length) <= range.end) return index;
  }
  return -1;
}

function userRange({ blocks }: HeapSnapshot, index: number): AddressRange {
  const start = blocks.user(index);
  const asked = blocks.userSize(index);
  const end = asked === undefined ? blocks.entry(index) + BigInt(blocks.size(index)) : start + BigInt(asked);
  return { start, end };
}

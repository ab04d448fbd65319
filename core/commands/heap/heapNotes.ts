import { hexAddress } from '../../bytes/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import type { FoundBlock, HeapSet, StateName } from '../../heap/index.ts';
import { formatFlat, type Output, type Part, span } from '../../output/index.ts';
import type { Address } from '../../target/index.ts';
import type { Pace } from '../pace.ts';
import type { Session } from '../session.ts';
import { heapsOf } from './heapsOf.ts';
import { printUnread, unreadData, type UnreadHeap, whyNoHeaps } from './selectHeaps.ts';

/** The first 64 KiB are never mapped: small numbers are no pointers. */
const LOWEST = 0x10000n;

/** The heap block that a pointer leads into. */
export interface HeapNote {
  readonly heap: Address;
  /** of the heap's own machine */
  readonly pointerSize: 4 | 8;
  /** what the program was given, or was until it freed the block; the entry of a block that the heap made for itself */
  readonly block: Address;
  /** bytes from `block` to the pointer; negative within the header */
  readonly displacement: number;
  /** bytes: those asked for where that can be told, else from this entry to the next */
  readonly size: number;
  readonly state: StateName;
}

/** What is to be said of a pointer into a block; undefined where it lies in none, or in memory that is not committed. */
export function heapNote({ snapshot, index }: FoundBlock, pointer: Address): HeapNote | undefined {
  const { reference, blocks } = snapshot;
  const state = blocks.state(index);
  if (index < 0 || state === 'uncommitted') return undefined;
  const block = state === 'internal' ? blocks.entry(index) : blocks.user(index);
  return {
    heap: reference.address,
    pointerSize: reference.machine.pointerSize,
    block,
    displacement: Number(pointer - block),
    size: (state === 'busy' ? blocks.userSize(index) : undefined) ?? blocks.size(index),
    state,
  };
}

/** `+0x10`, `-0x8`: also `+0x0`. */
export function displacementText(displacement: number): string {
  return `${displacement < 0 ? '-' : '+'}0x${Math.abs(displacement).toString(16)}`;
}

/** `  heap 00340000 block 003486e8+0x0 (0x64, busy)`, to stand behind a pointer; `name` says which where it is not plain. */
export function heapNoteParts(note: HeapNote, name?: string): Part[] {
  const { heap, block, displacement, size, state, pointerSize } = note;
  const at = formatFlat(block, pointerSize);
  return [
    `  ${name === undefined ? '' : `${name} `}heap ${formatFlat(heap, pointerSize)} block `,
    span(`${at}${displacementText(displacement)}`, 'address', `!heap -x ${at}`),
    ` (0x${size.toString(16)}, ${state})`,
  ];
}

/** A note in the JSON output. */
export function heapNoteData(note: HeapNote) {
  const { heap, block, displacement, size, state } = note;
  return { heap: hexAddress(heap), block: hexAddress(block), displacement, size, state };
}

/**
 * The notes of the pointers that one command shows (`/h`). `look` reads the heaps when the command runs; printing waits for
 * nothing. A heap is walked when the first pointer leads into it.
 */
export class HeapNotes {
  private readonly heaps: HeapSet;
  private readonly ranges: HeapRanges;
  private readonly unread: UnreadHeap[] = [];
  private readonly failed = new Set<number>();
  private readonly notes = new Map<Address, HeapNote>();

  /** Reads the headers of all heaps. */
  constructor(
    private readonly session: Session,
    private readonly pace: Pace,
  ) {
    this.heaps = heapsOf(session);
    this.ranges = new HeapRanges(this.heaps, (i, problem) => this.fail(i, problem));
  }

  /** Looks up a pointer. May throw `AwaitFirst` while symbols load, and `Cancelled`. */
  async look(pointer: Address | null | undefined): Promise<HeapNote | undefined> {
    if (pointer === null || pointer === undefined || pointer < LOWEST) return undefined;
    const known = this.notes.get(pointer);
    const i = known ? -1 : this.ranges.heapAt(pointer);
    if (i < 0 || this.failed.has(i)) return known;
    try {
      const snapshot = await this.heaps.snapshot(i, this.pace);
      const note = heapNote({ snapshot, index: snapshot.blocks.find(pointer) }, pointer);
      if (note) this.notes.set(pointer, note);
      return note;
    } catch (e) {
      if (!(e instanceof NotAvailable)) throw e;
      this.fail(i, e.message);
      return undefined;
    }
  }

  /** The note to print behind a pointer that was looked up; nothing where it leads into no block. */
  behind(pointer: Address | null | undefined, name?: string): Part[] {
    const note = this.of(pointer);
    return note ? heapNoteParts(note, name) : [];
  }

  /** The same for the JSON output. */
  blockData(pointer: Address | null | undefined) {
    const note = this.of(pointer);
    return note && heapNoteData(note);
  }

  /** Says once which heaps could not be read, so that a pointer without a note is not taken for one outside heaps. */
  print(out: Output): void {
    const why = this.whyNone();
    if (why !== undefined) out.line(span(`*** No heaps: ${why}`, 'warning'));
    printUnread(this.unread, out);
  }

  /** The same for the JSON output. */
  data() {
    return { unreadHeaps: unreadData(this.unread), heapNote: this.whyNone() };
  }

  private of(pointer: Address | null | undefined): HeapNote | undefined {
    return pointer === null || pointer === undefined ? undefined : this.notes.get(pointer);
  }

  private whyNone(): string | undefined {
    return this.heaps.heaps.length === 0 ? whyNoHeaps(this.session, []) : undefined;
  }

  private fail(i: number, problem: string): void {
    const reference = this.heaps.heaps[i];
    this.failed.add(i);
    if (reference) this.unread.push({ reference, problem });
  }
}

/** Where the heaps lie, sorted once: a command may ask for a million pointers. */
class HeapRanges {
  private readonly ranges: readonly { start: Address; end: Address; heap: number }[];
  /** the highest end up to each range: a damaged heap's ranges may lie across each other */
  private readonly ends: readonly Address[];

  constructor(heaps: HeapSet, failed: (i: number, problem: string) => void) {
    const ranges: { start: Address; end: Address; heap: number }[] = [];
    for (const heap of heaps.heaps.keys()) {
      try {
        const { segments, largeRegions } = heaps.outline(heap);
        for (const { start, end } of [...segments, ...largeRegions]) ranges.push({ start, end, heap });
      } catch (e) {
        if (!(e instanceof NotAvailable)) throw e;
        failed(heap, e.message);
      }
    }
    this.ranges = ranges.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
    let highest = 0n;
    this.ends = this.ranges.map(({ end }) => (highest = end > highest ? end : highest));
  }

  /** The position of the heap that an address lies in, the first of several as `HeapSet.heapAt` has it; -1 if none. */
  heapAt(address: Address): number {
    let [from, to] = [0, this.ranges.length];
    while (from < to) {
      const mid = (from + to) >>> 1;
      if ((this.ranges[mid]?.start ?? 0n) <= address) from = mid + 1;
      else to = mid;
    }
    let found = -1;
    for (let i = from - 1; i >= 0 && (this.ends[i] ?? 0n) > address; i--) {
      const range = this.ranges[i];
      if (range && range.end > address && (found < 0 || range.heap < found)) found = range.heap;
    }
    return found;
  }
}

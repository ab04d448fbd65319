import type { ProcessView } from '../process/index.ts';
import type { SymbolService } from '../symbols/index.ts';
import type { Address, AddressRange, Machine } from '../target/index.ts';
import type { BlockSink } from './blockSink.ts';
import type { HeapBlocks } from './heapBlocks.ts';

/** Which heap manager keeps it: the signature at its start tells. `page` is a page heap's root, in front of another. */
export type HeapKind = 'nt' | 'segment' | 'wine' | 'page';

/** What serves small requests before the heap itself is asked. */
export type FrontEnd = 'none' | 'lookaside' | 'lfh';

/** How a heap became known. */
export type HeapOrigin =
  /** PEB.ProcessHeaps */
  | 'process heaps'
  /** PEB.ProcessHeap alone */
  | 'process heap'
  /** the list that Wine hangs on the process heap */
  | 'wine list'
  /** the list that Windows 11 24H2 keeps in ntdll instead of the PEB's array */
  | 'ntdll list'
  | 'page heap list'
  /** a heap's signatures at the start of a region that no list names */
  | 'memory scan';

/** A heap that the process has, before anything of it is walked. */
export interface HeapReference {
  /** the number that `!heap` gives it: position in the list of its view, from 1 */
  readonly index: number;
  /** the handle that the program holds */
  readonly address: Address;
  /** undefined where the dump does not hold its first page, or the page has no heap's signature */
  readonly kind: HeapKind | undefined;
  /** the view whose list names it: a WOW64 process has heaps of both */
  readonly machine: Machine;
  readonly origin: HeapOrigin;
  /** why `kind` is undefined, or what is unusual about it */
  readonly note?: string;
}

/** A reservation that a heap hands blocks out of: a segment, a Wine subheap. */
export interface HeapSegment extends AddressRange {
  /** where its header lies; the heap's own address for the first */
  readonly address: Address;
  /** bytes */
  readonly committed: number;
  /** the first block behind the header, where the header says */
  readonly firstEntry?: Address;
  /** uncommitted ranges in it */
  readonly uncommittedRanges?: number;
  /** bytes of the largest of them */
  readonly largestUncommitted?: number;
  readonly flags?: number;
}

/** Something a sound heap does not have. */
export interface HeapFinding {
  /** the block or structure it is about */
  readonly address: Address;
  readonly kind: FindingKind;
  /** one sentence, the values apart where there are two: `the block's size is wrong` */
  readonly problem: string;
  readonly expected?: string;
  readonly found?: string;
}

export type FindingKind =
  | 'signature'
  | 'checksum'
  | 'size'
  | 'previous size'
  | 'state'
  | 'segment'
  | 'uncommitted range'
  | 'free list'
  | 'lookaside'
  | 'virtual block'
  | 'front end'
  | 'tail fill'
  | 'free fill'
  | 'list'
  | 'large block'
  | 'page heap';

/** A secret that headers are coded with. */
export interface HeapKey {
  /** the variable's name in ntdll: `RtlpLFHKey` */
  readonly name: string;
  readonly value: bigint;
  /** bits of `value` that are known: the rest is 0 */
  readonly bits: 32 | 64;
  /** a symbol; the one value in ntdll's writable data that fits all headers; worked out from the headers themselves */
  readonly source: 'symbol' | 'ntdll data' | 'solved';
  /** where it lies, for the first two */
  readonly address?: Address;
}

/** What a heap's own header and lists say of it, without a look at its blocks. */
export interface HeapOutline {
  readonly reference: HeapReference;
  /** HEAP_* as the heap has them */
  readonly flags: number;
  readonly forceFlags?: number;
  readonly frontEnd: FrontEnd;
  /** bytes, as the heap counts them */
  readonly reserved: number;
  readonly committed: number;
  readonly segments: readonly HeapSegment[];
  /** reserved but not committed, rising */
  readonly uncommitted: readonly AddressRange[];
  /** regions of blocks that have one to themselves: virtual and large blocks, rising */
  readonly largeRegions: readonly AddressRange[];
  /** Of a segment heap: the kind of the subsegment that an address lies in, read when asked. */
  readonly subsegmentAt?: (address: Address) => 'lfh' | 'vs' | undefined;
  /** bytes of a unit: sizes in headers count in it */
  readonly granularity: number;
  /** the heap's own figures by Windows' names, as far as `!heap` prints them */
  readonly counters: HeapCounters;
  readonly keys: readonly HeapKey[];
  /** for the person: what is unusual, what could not be read */
  readonly notes: readonly string[];
  readonly findings: readonly HeapFinding[];
}

/** Figures that the heap keeps of itself; absent where this kind or version has none. Bytes unless said. */
export interface HeapCounters {
  /** free bytes by the heap's own count */
  readonly totalFreeSize?: number;
  /** the part of `reserved` that lies in large uncommitted ranges */
  readonly largeUncommitted?: number;
  /** free blocks on the free lists (a number of blocks) */
  readonly freeListLength?: number;
  readonly uncommittedRanges?: number;
  readonly virtualBlocks?: number;
  readonly lockContention?: number;
}

/** How many blocks of each state there are, and their bytes with headers; `userBytes` as far as user sizes are known. */
export interface HeapCounts {
  readonly busyBlocks: number;
  readonly busyBytes: number;
  readonly userBytes: number;
  readonly freeBlocks: number;
  readonly freeBytes: number;
  readonly internalBlocks: number;
  readonly internalBytes: number;
  /** busy blocks that the front end handed out, and free ones that it keeps */
  readonly frontEndBlocks: number;
  readonly frontEndFreeBlocks: number;
}

/** A heap after a walk that counts only. */
export interface HeapSummary extends HeapOutline, HeapCounts {
  /** how many findings there are; `findings` holds the first thousand */
  readonly errors: number;
  /** memory of segments that the dump does not hold and no uncommitted range covers: blocks in it are unknown */
  readonly missing: readonly AddressRange[];
}

/** A heap with all its blocks. */
export interface HeapSnapshot extends HeapSummary {
  readonly blocks: HeapBlocks;
  /** what `HeapBlocks.owner` counts in */
  readonly owners: readonly BlockOwner[];
}

/** What a block lies in: a segment, a subsegment of a front end, a region of its own. */
export interface BlockOwner extends AddressRange {
  readonly kind: 'segment' | 'subsegment' | 'region';
  /** the structure that describes it: what `!heap -x` prints as Segment */
  readonly address: Address;
  /** for a subsegment of the NT heap: the block of the back end that it fills, which is not in the columns */
  readonly container?: {
    readonly entry: Address;
    /** bytes, header included */
    readonly size: number;
    readonly flags: number;
    /** bytes */
    readonly previousSize: number;
  };
  /** bytes from one block to the next, where all are alike */
  readonly stride?: number;
}

/** For long walks: the command's `Pace`, which this layer does not know. */
export interface Pacer {
  due(): boolean;
  /** Lets the host breathe; throws `Cancelled` when the person stopped the command. */
  rest(progress?: { readonly done: number; readonly total?: number; readonly what: string }): Promise<void>;
}

/** What a walker reads with. One for each view of the process, kept for the life of a `HeapSet`. */
export interface HeapContext {
  readonly view: ProcessView;
  readonly symbols?: SymbolService;
  /** all heaps of this view, in order */
  readonly heaps: readonly HeapReference[];
  /** What is worked out once a process and shared by its heaps: keys. */
  memo<T>(name: string, compute: () => T): T;
}

/** Reads heaps of one kind. Damage and holes become findings and notes; nothing but `Cancelled` and `AwaitFirst` is thrown. */
export interface HeapWalker {
  /** The header and the lists of segments: quick, whatever the heap's size. */
  outline(reference: HeapReference, context: HeapContext): HeapOutline;
  /**
   * Gives all blocks to the sink, in any order, and checks them. `outline` is what the method above gave. Calls
   * `pace.due()` often enough that a person does not notice.
   */
  walk(outline: HeapOutline, context: HeapContext, sink: BlockSink, pace: Pacer): Promise<void>;
}

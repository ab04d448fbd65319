import type { StructLayouts } from '../../core/types/index.ts';
import type { HeapMemory, Piece } from './heapMemory.ts';

/*
 * Writes NT heaps as HEAPS.md and HEAPS-CHECKED.md say that Windows keeps them, for the versions of which no real heap
 * is at hand. It shares nothing with the reader but the tables of field offsets.
 */

/** A block to be written. Sizes in bytes. */
export type BlockPlan =
  | { readonly busy: number; readonly spare?: number }
  | { readonly free: number; readonly fill?: boolean }
  | { readonly lfh: LfhPlan };

/** Blocks of the low-fragmentation heap: what was asked for, undefined for a free one. */
export interface LfhPlan {
  readonly stride: number;
  readonly requests: readonly (number | undefined)[];
}

/** What lies where, for the test to compare with. */
export interface Placed {
  readonly entry: number;
  readonly user: number;
  readonly size: number;
  readonly userSize: number | undefined;
  readonly state: 'busy' | 'free';
  readonly part: 'segment' | 'lfh';
}

export interface HeapPlan {
  readonly layouts: StructLayouts;
  readonly memory: HeapMemory;
  readonly address: number;
  /** bytes committed and reserved for each segment */
  readonly committed: number;
  readonly reserved: number;
  /** the two dwords headers are combined with; 0, 0 leaves them plain (but with a checksum) */
  readonly encoding?: readonly [number, number];
  /** RtlpLFHKey's low half */
  readonly key?: number;
  readonly flags?: number;
}

const MASK = 0x100000;
const PAGE = 0x1000;
/** units of the largest block of a segment */
const LARGEST = 0xf000;

export class NtHeapBuilder {
  readonly placed: Placed[] = [];
  /** addresses of entries in the order they were written, the heads of segments and user blocks included */
  readonly entries: number[] = [];
  private readonly p: 4 | 8;
  private readonly unit: 8 | 16;
  private readonly coded: boolean;
  private readonly layouts: StructLayouts;
  private readonly freeLinks: number[] = [];
  private readonly freeUnits: number[] = [];
  private readonly bits = [0, 0, 0, 0];
  private readonly segments: number[] = [];
  /** memory for what lies outside the heap: LFH_HEAP, subsegments, XP's descriptors of uncommitted ranges */
  private readonly aside: Piece;
  private asideUsed = 0x4000;

  constructor(private readonly plan: HeapPlan) {
    this.layouts = plan.layouts;
    this.p = plan.layouts.pointerSize;
    this.unit = this.p === 4 ? 8 : 16;
    this.coded = plan.layouts.has('_HEAP', 'EncodeFlagMask');
    this.aside = plan.memory.map(plan.address - 0x200000, 0x100000);
  }

  get lfhHeap(): number {
    return this.aside.start;
  }

  /** Writes a segment: the first is the heap itself. Blocks that do not fill the committed part are followed by a free one. */
  segment(blocks: readonly BlockPlan[]): this {
    const { plan, layouts, unit, coded } = this;
    const index = this.segments.length;
    const address = plan.address + index * 0x1000_0000;
    const piece = plan.memory.map(address, plan.committed);
    const head = coded || index > 0 ? address : address + up(layouts.size('_HEAP'), unit);
    const headSize = up(layouts.size(coded && index === 0 ? '_HEAP' : '_HEAP_SEGMENT'), unit);
    const end = address + plan.reserved;
    const commitEnd = address + plan.committed;
    this.segments.push(head);
    let previous = 0;
    let at = address;
    const entry = (size: number, flags: number, unused: number): number => {
      this.header(piece, at, { size: size / unit, flags, previous, unused, segment: index });
      this.entries.push(at);
      previous = size / unit;
      at += size;
      return at - size;
    };
    if (head !== address) entry(head - address, 1, 0);
    entry(headSize, 1, coded ? 1 : 0);
    const first = at;
    const tail =
      coded && plan.committed < plan.reserved ? up(layouts.size('_HEAP_UCR_DESCRIPTOR') + unit, unit) : 0;
    for (const block of blocks) {
      if ('busy' in block) {
        const size = up(block.busy + 8, unit) + (block.spare ?? 0);
        this.busy(piece, entry(size, 1, this.unused(size - block.busy)), size, block.busy);
      } else if ('free' in block) {
        this.free(piece, entry(block.free, block.fill ? 4 : 0, 0), block.free, block.fill);
      } else {
        const { stride, requests } = block.lfh;
        const head2 = up(this.lfhFirst(requests.length), unit) + unit;
        const size = up(head2 + stride * requests.length, unit);
        const flags = coded ? 9 : 1;
        this.userBlocks(piece, entry(size, flags, this.unused(unit)), size, block.lfh);
      }
    }
    if (at > commitEnd - tail) throw new Error('the blocks do not fit in the segment');
    while (at < commitEnd - tail) {
      const size = Math.min(commitEnd - tail - at, LARGEST * unit);
      const last = !coded && at + size === commitEnd;
      this.free(piece, entry(size, last ? 0x10 : 0, 0), size, false);
    }
    let descriptor = 0;
    if (tail > 0) descriptor = entry(tail, 1, 3) + unit;
    this.segmentHeader(piece, head, { address, first, end, commitEnd, descriptor, index });
    return this;
  }

  /** Links segments and free blocks and writes the heap's header. */
  finish(): this {
    const { plan, layouts, p, coded } = this;
    const put = (field: string, size: 1 | 2 | 4 | 8, value: number): void => {
      plan.memory.put(plan.address + layouts.offset('_HEAP', field), size, value);
    };
    put('Signature', 4, 0xeeffeeff);
    put(
      'TotalFreeSize',
      p,
      this.freeUnits.reduce((sum, units) => sum + units, 0),
    );
    put('Flags', 4, plan.flags ?? 2);
    if (coded) {
      const [low, high] = plan.encoding ?? [0, 0];
      put('EncodeFlagMask', 4, plan.encoding ? MASK : 0);
      plan.memory.put(plan.address + layouts.offset('_HEAP', 'Encoding') + 2 * p - 8, 4, low);
      plan.memory.put(plan.address + layouts.offset('_HEAP', 'Encoding') + 2 * p - 4, 4, high);
      const links = this.segments.map((s) => s + layouts.offset('_HEAP_SEGMENT', 'SegmentListEntry'));
      this.ring(plan.address + layouts.offset('_HEAP', 'SegmentList'), links);
      this.ring(plan.address + layouts.offset('_HEAP', 'FreeLists'), this.freeLinks);
    } else {
      const array = plan.address + layouts.offset('_HEAP', 'Segments');
      this.segments.forEach((s, i) => plan.memory.put(array + i * p, p, s));
      const lists = plan.address + layouts.offset('_HEAP', 'FreeLists');
      const bitmap = plan.address + layouts.offset('_HEAP', 'u');
      for (let i = 0; i < 128; i++) {
        const links = this.freeLinks.filter((_, k) => listOf(this.freeUnits[k] ?? 0) === i);
        this.ring(lists + i * 2 * p, links);
        if (i > 0 && links.length > 0) this.bits[i >> 5] = (this.bits[i >> 5] ?? 0) | (1 << (i & 31));
      }
      this.bits.forEach((word, i) => plan.memory.put(bitmap + i * 4, 4, word));
    }
    this.ring(plan.address + layouts.offset('_HEAP', 'VirtualAllocdBlocks'), []);
    if (this.placed.some((b) => b.part === 'lfh')) {
      put('FrontEndHeapType', 1, 2);
      put('FrontEndHeap', p, this.lfhHeap);
    }
    return this;
  }

  /** A ring of LIST_ENTRYs. */
  ring(head: number, links: readonly number[]): void {
    const { p, plan } = this;
    const all = [head, ...links];
    all.forEach((link, i) => {
      plan.memory.put(link, p, all[(i + 1) % all.length] ?? 0);
      plan.memory.put(link + p, p, all[(i + all.length - 1) % all.length] ?? 0);
    });
  }

  /** A header in the back end's form. */
  header(
    piece: Piece,
    at: number,
    h: { size: number; flags: number; previous: number; unused: number; segment: number },
  ): void {
    const where = at + this.unit - 8;
    if (!this.coded) {
      piece.put(where, 2, h.size);
      piece.put(where + 2, 2, h.previous);
      piece.put(where + 5, 1, h.flags);
      piece.put(where + 6, 1, h.unused);
      piece.put(where + 7, 1, h.segment);
      return;
    }
    const [low, high] = this.plan.encoding ?? [0, 0];
    const checksum = (h.size & 0xff) ^ (h.size >> 8) ^ h.flags;
    piece.put(where, 4, ((h.size | (h.flags << 16) | (checksum << 24)) ^ low) >>> 0);
    piece.put(where + 4, 4, ((h.previous | (h.segment << 16) | (h.unused << 24)) ^ high) >>> 0);
  }

  /** Byte 7 (XP: 6) for so many unused bytes. */
  private unused(bytes: number): number {
    return this.coded ? Math.min(bytes, 0x3f) : Math.min(bytes, 0xff);
  }

  private busy(piece: Piece, entry: number, size: number, userSize: number): void {
    const spare = size - userSize;
    if (this.coded && spare >= 0x3f) {
      if (this.unit === 8) piece.put(entry + size - 4, 4, spare);
      else piece.put(entry + size, 8, spare);
    } else if (!this.coded && spare >= 0xff) {
      piece.put(entry + size - 4, 4, spare);
    }
    this.placed.push({ entry, user: entry + this.unit, size, userSize, state: 'busy', part: 'segment' });
  }

  private free(piece: Piece, entry: number, size: number, fill = false): void {
    const link = entry + this.unit;
    this.freeLinks.push(link);
    this.freeUnits.push(size / this.unit);
    if (fill) for (let at = link + 2 * this.p; at < entry + size; at += 4) piece.put(at, 4, 0xfeeefeee);
    this.placed.push({ entry, user: link, size, userSize: undefined, state: 'free', part: 'segment' });
  }

  private get form(): 'plain' | 'header' | 'bitmap' | 'coded' {
    if (!this.coded) return 'plain';
    if (!this.layouts.has('_HEAP_USERDATA_HEADER', 'BusyBitmap')) return 'header';
    return this.layouts.has('_HEAP_USERDATA_HEADER', 'EncodedOffsets') ? 'coded' : 'bitmap';
  }

  /** Bytes from the user blocks to the first block. */
  private lfhFirst(count: number): number {
    if (this.form === 'plain' || this.form === 'header') return this.layouts.size('_HEAP_USERDATA_HEADER');
    const bitmap = this.layouts.offset('_HEAP_USERDATA_HEADER', 'BitmapData');
    return up(bitmap + Math.ceil(count / (this.p * 8)) * this.p, this.unit);
  }

  private userBlocks(piece: Piece, container: number, size: number, { stride, requests }: LfhPlan): void {
    const { unit, p, layouts, form } = this;
    const header = '_HEAP_USERDATA_HEADER';
    const subsegment = this.aside.start + this.asideUsed;
    this.asideUsed += up(layouts.size('_HEAP_SUBSEGMENT'), 16);
    const blocks = container + unit;
    const offset = this.lfhFirst(requests.length);
    const first = blocks + offset;
    const key = this.plan.key ?? 0;
    piece.put(blocks, p, subsegment);
    if (form === 'plain') piece.put(blocks + p, p, this.plan.address);
    piece.put(blocks + layouts.offset(header, 'Signature'), 4, 0xf0e0d0c0);
    if (form === 'bitmap') {
      piece.put(blocks + layouts.offset(header, 'FirstAllocationOffset'), 2, offset);
      piece.put(blocks + layouts.offset(header, 'BlockStride'), 2, stride);
    } else if (form === 'coded') {
      const plain = (stride << 16) | offset;
      const at = blocks + layouts.offset(header, 'EncodedOffsets');
      piece.put(at, 4, (plain ^ (blocks >>> 0) ^ (this.lfhHeap >>> 0) ^ key) >>> 0);
    }
    const aside = (field: string, bytes: 1 | 2 | 4 | 8, value: number): void => {
      this.aside.put(subsegment + layouts.offset('_HEAP_SUBSEGMENT', field), bytes, value);
    };
    aside('UserBlocks', p, blocks);
    aside('BlockSize', 2, stride / unit);
    aside('BlockCount', 2, requests.length);
    aside('AggregateExchg', 2, requests.filter((r) => r === undefined).length);
    requests.forEach((request, i) => {
      const entry = first + i * stride;
      this.lfhHeader(piece, entry, { stride, request, index: i, subsegment, blocks, key });
      const state = request === undefined ? 'free' : 'busy';
      this.placed.push({ entry, user: entry + unit, size: stride, userSize: request, state, part: 'lfh' });
      if (form === 'bitmap' || form === 'coded') {
        const at = blocks + layouts.offset(header, 'BitmapData') + (i >> 3);
        const byte = piece.bytes[at - piece.start] ?? 0;
        if (request !== undefined) piece.put(at, 1, byte | (1 << (i & 7)));
      }
    });
    if (first + requests.length * stride > container + size) throw new Error('user blocks do not fit');
  }

  private lfhHeader(
    piece: Piece,
    entry: number,
    b: {
      stride: number;
      request: number | undefined;
      index: number;
      subsegment: number;
      blocks: number;
      key: number;
    },
  ): void {
    const { unit, form } = this;
    const where = entry + unit - 8;
    const heap = this.plan.address;
    const own = Math.floor(entry / unit) >>> 0;
    let code: number;
    if (form === 'plain') code = (b.subsegment ^ own ^ heap ^ b.key) >>> 0;
    else if (form === 'header' && unit === 16) {
      code = (Math.floor(b.subsegment / 16) ^ own ^ Math.floor(heap / 16) ^ b.key) >>> 0;
    } else if (form === 'header') code = (b.subsegment ^ own ^ heap ^ b.key) >>> 0;
    else code = ((((entry - b.blocks) / unit) << 16) ^ own ^ heap ^ b.key) >>> 0;
    piece.put(where, 4, code);
    const spare = b.request === undefined ? 0 : b.stride - b.request;
    if (form === 'plain') {
      piece.put(where + 5, 1, b.request === undefined ? 0 : 1);
      piece.put(where + 6, 1, this.unused(spare));
      piece.put(where + 7, 1, 0xff);
      if (spare >= 0xff) piece.put(entry + b.stride - 4, 4, spare);
      return;
    }
    piece.put(where + 5, 1, b.index & 0xff);
    piece.put(where + 7, 1, 0x80 | this.unused(spare));
    if (spare >= 0x3f) {
      if (unit === 8) piece.put(entry + b.stride - 4, 4, spare);
      else piece.put(entry + b.stride, 8, spare);
    }
  }

  private segmentHeader(
    piece: Piece,
    head: number,
    s: { address: number; first: number; end: number; commitEnd: number; descriptor: number; index: number },
  ): void {
    const { layouts, p, coded, plan } = this;
    const put = (field: string, size: 2 | 4 | 8, value: number): void => {
      piece.put(head + layouts.offset('_HEAP_SEGMENT', field), size, value);
    };
    put(coded ? 'SegmentSignature' : 'Signature', 4, 0xffeeffee);
    put('Heap', p, plan.address);
    put('BaseAddress', p, s.address);
    put('NumberOfPages', 4, plan.reserved / PAGE);
    put('FirstEntry', p, s.first);
    put('LastValidEntry', p, s.end);
    const size = s.end - s.commitEnd;
    put('NumberOfUnCommittedPages', 4, size / PAGE);
    put('NumberOfUnCommittedRanges', 4, size > 0 ? 1 : 0);
    if (coded) {
      const list = head + layouts.offset('_HEAP_SEGMENT', 'UCRSegmentList');
      const link = s.descriptor + layouts.offset('_HEAP_UCR_DESCRIPTOR', 'SegmentEntry');
      this.ring(list, size > 0 ? [link] : []);
      if (size === 0) return;
      piece.put(s.descriptor + layouts.offset('_HEAP_UCR_DESCRIPTOR', 'Address'), p, s.commitEnd);
      piece.put(s.descriptor + layouts.offset('_HEAP_UCR_DESCRIPTOR', 'Size'), p, size);
    } else if (size > 0) {
      const range = this.aside.start + this.asideUsed;
      this.asideUsed += 0x20;
      put('UnCommittedRanges', p, range);
      this.aside.put(range + layouts.offset('_HEAP_UNCOMMMTTED_RANGE', 'Address'), p, s.commitEnd);
      this.aside.put(range + layouts.offset('_HEAP_UNCOMMMTTED_RANGE', 'Size'), p, size);
    }
  }
}

function up(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}

/** XP's list for a free block of so many units. */
function listOf(units: number): number {
  return units < 128 ? units : 0;
}

import type { HeapMemory, Piece } from './heapMemory.ts';

/*
 * Writes heaps as WINE-HEAP.md says that Wine 9 and 10 keep them (layout B): no dump of these is in the corpus. Offsets
 * are the note's, written out here again, apart from the reader's.
 */

interface Places {
  readonly unit: number;
  readonly flags: number;
  readonly compat: number;
  readonly entry: number;
  readonly subheaps: number;
  readonly large: number;
  readonly magic: number;
  readonly pending: number;
  readonly lists: number;
  readonly listStep: number;
  readonly subheap: number;
  readonly sub: { block: number; data: number; entry: number; owner: number; first: number; size: number };
  readonly arena: { entry: number; data: number; block: number; header: number };
  readonly group: { bits: number; first: number };
}

const PLACES: Readonly<Record<4 | 8, Places>> = {
  4: {
    unit: 8,
    flags: 0x40,
    compat: 0x48,
    entry: 0x4c,
    subheaps: 0x54,
    large: 0x5c,
    magic: 0x6c,
    pending: 0x74,
    lists: 0x90,
    listStep: 0x10,
    subheap: 0x468,
    sub: { block: 4, data: 8, entry: 0xc, owner: 0x14, first: 0x18, size: 0x20 },
    arena: { entry: 4, data: 0xc, block: 0x10, header: 0x18 },
    group: { bits: 4, first: 0x10 },
  },
  8: {
    unit: 16,
    flags: 0x70,
    compat: 0x78,
    entry: 0x80,
    subheaps: 0x90,
    large: 0xa0,
    magic: 0xc0,
    pending: 0xc8,
    lists: 0x100,
    listStep: 0x20,
    subheap: 0x8b0,
    sub: { block: 0x10, data: 0x18, entry: 0x20, owner: 0x30, first: 0x38, size: 0x40 },
    arena: { entry: 0x10, data: 0x20, block: 0x28, header: 0x38 },
    group: { bits: 0x10, first: 0x18 },
  },
};
const LISTS = 61;
const GROUP = 31;

export type WinePlan =
  | { readonly busy: number }
  | { readonly free: number }
  | { readonly dead: number }
  /** sizes asked for of 31 blocks, undefined for a free one; the block size in units */
  | { readonly group: readonly (number | undefined)[]; readonly units: number };

export interface WinePlaced {
  readonly user: number;
  readonly userSize: number;
  readonly part: 'segment' | 'lfh' | 'large';
}

/** A heap with one subheap, and large blocks. */
export class WineHeapBuilder {
  readonly busy: WinePlaced[] = [];
  readonly free: number[] = [];
  readonly dead: number[] = [];
  private readonly at: Places;
  private readonly piece: Piece;
  private readonly links: number[] = [];
  private readonly larges: number[] = [];
  private cursor: number;
  private previousFree = false;

  constructor(
    private readonly memory: HeapMemory,
    private readonly p: 4 | 8,
    readonly address: number,
    private readonly committed: number,
    private readonly reserved: number,
  ) {
    this.at = PLACES[p];
    this.piece = memory.map(address, committed);
    this.cursor = address + this.at.subheap + this.at.sub.first;
  }

  blocks(plans: readonly WinePlan[]): this {
    const { unit } = this.at;
    for (const plan of plans) {
      if ('busy' in plan) this.used(plan.busy, 0x75);
      else if ('dead' in plan) this.used(plan.dead, 0x44);
      else if ('free' in plan) this.freeBlock(plan.free);
      else this.group(plan.group, plan.units * unit);
    }
    return this;
  }

  large(region: number, size: number, bytes: number): this {
    const { arena } = this.at;
    const piece = this.memory.map(region, bytes);
    piece.put(region + arena.data, this.p, size);
    piece.put(region + arena.block, this.p, bytes - arena.header);
    this.header(piece, region + arena.header, 0, 0, 0, 0x4c, 0x04);
    this.busy.push({ user: region + arena.header + 8, userSize: size, part: 'large' });
    this.larges.push(region + arena.entry);
    return this;
  }

  finish(next: number[] = []): this {
    const { at, address, p, piece } = this;
    const end = address + this.reserved;
    const rest = end - this.cursor - ((end - this.cursor) % at.unit);
    this.freeBlock(rest, true);
    piece.put(address + (p === 4 ? 8 : 0x10), 4, 0xffeeffee);
    piece.put(address + at.flags, 4, 2);
    piece.put(address + at.compat, 4, 2);
    piece.put(address + at.magic, 4, 0x50414548);
    const sub = address + at.subheap;
    piece.put(sub + at.sub.block, p, end - (sub + at.sub.first));
    piece.put(sub + at.sub.data, p, address + this.committed - (sub + at.sub.size));
    piece.put(sub + at.sub.owner, p, address);
    this.ring(address + at.subheaps, [sub + at.sub.entry]);
    this.ring(address + at.large, this.larges);
    this.ring(address + at.entry, next);
    // one ring through all sentinels and free blocks: here all blocks behind the first sentinel
    const sentinels = Array.from({ length: LISTS }, (_, i) => address + at.lists + i * at.listStep);
    for (const s of sentinels) this.header(piece, s, 0, 0, 0, 0x46, 0x03);
    const [first = 0, ...others] = sentinels.map((s) => s + 8);
    this.ring(first, [...this.links, ...others]);
    return this;
  }

  private ring(head: number, links: readonly number[]): void {
    const all = [head, ...links];
    all.forEach((link, i) => {
      this.memory.put(link, this.p, all[(i + 1) % all.length] ?? 0);
      this.memory.put(link + this.p, this.p, all[(i + all.length - 1) % all.length] ?? 0);
    });
  }

  private used(request: number, type: number): void {
    const { unit } = this.at;
    const size = Math.max(0x18, Math.ceil((Math.max(request, unit) + 8) / unit) * unit);
    const header = this.cursor;
    this.header(
      this.piece,
      header,
      size / unit,
      size - 8 - request,
      this.base(header),
      type,
      this.previousFree ? 2 : 0,
    );
    if (type === 0x75) this.busy.push({ user: header + 8, userSize: request, part: 'segment' });
    else this.dead.push(header);
    this.previousFree = false;
    this.cursor += size;
  }

  private freeBlock(bytes: number, last = false): void {
    const { unit } = this.at;
    const header = this.cursor;
    const units = bytes / unit;
    this.header(this.piece, header, units & 0xffff, units >> 16, this.base(header), 0x46, 1);
    if (!last) this.piece.put(header + bytes - this.p, this.p, header);
    this.links.push(header + 8);
    this.free.push(header);
    this.previousFree = true;
    this.cursor += bytes;
  }

  private group(requests: readonly (number | undefined)[], step: number): void {
    const { unit, group } = this.at;
    const header = this.cursor;
    const size = Math.ceil((8 + group.first + GROUP * step) / unit) * unit;
    this.header(
      this.piece,
      header,
      size / unit,
      0,
      this.base(header),
      0x75,
      0x80 | (this.previousFree ? 2 : 0),
    );
    const first = header + 8 + group.first;
    let bits = 0;
    for (let i = 0; i < GROUP; i++) {
      const request = requests[i];
      const at = first + i * step;
      if (request === undefined) {
        bits |= 1 << i;
        this.header(this.piece, at, step / unit, 0, i, 0x46, 0x81);
        this.free.push(at);
      } else {
        this.header(this.piece, at, step / unit, step - 8 - request, i, 0x75, 0x80);
        this.busy.push({ user: at + 8, userSize: request, part: 'lfh' });
      }
    }
    this.piece.put(header + 8 + group.bits, 4, bits >>> 0);
    this.previousFree = false;
    this.cursor += size;
  }

  private base(header: number): number {
    return Math.floor((header - this.address) / 0x10000);
  }

  private header(
    piece: Piece,
    at: number,
    size: number,
    tail: number,
    base: number,
    type: number,
    flags: number,
  ): void {
    piece.put(at, 2, size);
    piece.put(at + 2, 2, tail);
    piece.put(at + 4, 2, base);
    piece.put(at + 6, 1, type);
    piece.put(at + 7, 1, flags);
  }
}

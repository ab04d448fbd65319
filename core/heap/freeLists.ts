import { hexAddress } from '../bytes/index.ts';
import { addressOf, type AddressReader } from './addressReader.ts';
import type { HeapFinding } from './model.ts';

const FIRST_CAPACITY = 256;

/**
 * Holds the free lists against the free blocks of the walk. Every free block lies on a list, and a ring is sound when
 * what its members say forward (a leads to b) is what they say backward (b comes from a). Both are sums over the
 * members in any order, so a sound heap costs one addition a block; only where the sums differ is each link looked at.
 */
export class FreeLists {
  private links = new Float64Array(FIRST_CAPACITY);
  private flinks = new Float64Array(FIRST_CAPACITY);
  private blinks = new Float64Array(FIRST_CAPACITY);
  private count = 0;
  private forward = 0;
  private backward = 0;
  private readonly headCount: number;
  /** where members may lie that nobody could see, disjoint: as the walk goes, rising once they are looked at */
  private readonly unseen: { readonly start: number; readonly end: number }[] = [];

  /** `heads` are addresses of LIST_ENTRYs; a member's LIST_ENTRY lies `linkOffset` bytes behind the block's entry. */
  constructor(
    private readonly reader: AddressReader,
    private readonly pointerSize: 4 | 8,
    heads: readonly number[],
    private readonly linkOffset: number,
  ) {
    for (const head of heads) {
      const flink = reader.tryPointer(head, pointerSize);
      const blink = reader.tryPointer(head + pointerSize, pointerSize);
      if (flink !== undefined && blink !== undefined) this.add(head, flink, blink);
    }
    this.headCount = this.count;
  }

  /** A member: where its LIST_ENTRY lies, and what stands in it. */
  add(link: number, flink: number, blink: number): void {
    const i = this.count++;
    if (i >= this.links.length) this.grow();
    this.links[i] = link;
    this.flinks[i] = flink;
    this.blinks[i] = blink;
    this.forward = (this.forward + mix(link, flink)) | 0;
    this.backward = (this.backward + mix(blink, link)) | 0;
  }

  /** Tells of memory whose blocks are not known: a link into it may well lead to a free block. */
  addUnseen(start: number, end: number): void {
    this.unseen.push({ start, end });
  }

  /** What is wrong; nothing in a sound heap. */
  check(): HeapFinding[] {
    if (this.forward === this.backward) return [];
    this.unseen.sort((a, b) => a.start - b.start);
    const members = new Map<number, number>();
    for (let i = 0; i < this.count; i++) members.set(this.links[i] ?? 0, i);
    const findings: HeapFinding[] = [];
    for (let i = 0; i < this.count; i++) {
      const link = this.links[i] ?? 0;
      const ahead = this.flinks[i] ?? 0;
      const behind = this.blinks[i] ?? 0;
      const wrong =
        this.doubt(members, ahead, link, this.blinks, 'Flink') ??
        this.doubt(members, behind, link, this.flinks, 'Blink');
      if (wrong) findings.push({ ...wrong, address: addressOf(this.entryOf(i, link)) });
    }
    return findings;
  }

  /** What is wrong with a link from `link` to `next`, whose way back stands in `back`. */
  private doubt(
    members: ReadonlyMap<number, number>,
    next: number,
    link: number,
    back: Float64Array,
    name: string,
  ): Omit<HeapFinding, 'address'> | undefined {
    const { reader, pointerSize } = this;
    const i = members.get(next);
    if (i === undefined) {
      // a free block in memory that the dump does not hold was not seen
      if (Number.isSafeInteger(next) && next !== 0 && !reader.has(next, 2 * pointerSize)) return undefined;
      if (this.isUnseen(next)) return undefined;
      return {
        kind: 'free list',
        problem: `the ${name} of the free list leads to no free block`,
        expected: 'the links of a free block',
        found: hexAddress(next),
      };
    }
    const there = back[i] ?? 0;
    if (there === link) return undefined;
    return {
      kind: 'free list',
      problem: `the ${name} of the free list leads to a block that does not lead back`,
      expected: hexAddress(link),
      found: hexAddress(there),
    };
  }

  private isUnseen(address: number): boolean {
    const { unseen } = this;
    let from = 0;
    let to = unseen.length;
    while (from < to) {
      const mid = (from + to) >>> 1;
      if ((unseen[mid]?.end ?? 0) <= address) from = mid + 1;
      else to = mid;
    }
    return address >= (unseen[from]?.start ?? Number.POSITIVE_INFINITY);
  }

  /** Heads of lists come first, and lie in the heap's header. */
  private entryOf(i: number, link: number): number {
    return i < this.headCount ? link : link - this.linkOffset;
  }

  private grow(): void {
    const wider = (from: Float64Array): Float64Array<ArrayBuffer> => {
      const to = new Float64Array(from.length * 2);
      to.set(from);
      return to;
    };
    this.links = wider(this.links);
    this.flinks = wider(this.flinks);
    this.blinks = wider(this.blinks);
  }
}

/** 32 bits that depend on both addresses and their order. */
function mix(a: number, b: number): number {
  const low = Math.imul(a >>> 0, 0x9e3779b1) ^ Math.imul((a / 0x1_0000_0000) >>> 0, 0x85ebca6b);
  const high = Math.imul(b >>> 0, 0xc2b2ae35) ^ Math.imul((b / 0x1_0000_0000) >>> 0, 0x27d4eb2f);
  const h = Math.imul(low ^ ((high << 13) | (high >>> 19)), 0x165667b1) ^ high;
  return h ^ (h >>> 15);
}

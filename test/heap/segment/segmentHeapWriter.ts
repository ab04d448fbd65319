import { sharedJson } from '../../corpus.ts';
import type { HeapMemory } from '../heapMemory.ts';

/*
 * Writes segment heaps of builds that no real image at hand has. It rests on facts/layouts/segment-heap-by-build.json,
 * HEAPS.md 7 and HEAPS-CHECKED.md 7 and shares no code with the reader: numbers are bigints here and offsets come from
 * those files. What it proves is that the reader does what the facts say, not that Windows does.
 */

export const HEAP_KEY = 0x8d3f_21a7_5c90_b64en;
export const LFH_KEY = 0x17c4_e05b_d2a8_936fn;
/** RtlpLFHKey: the NT heap's key, which older segment heaps use too */
export const OLD_LFH_KEY = 0x66b1_0f3d_a94e_7c25n;

const CONSTANT = { 4: 0xa2e64eadn, 8: 0xa2e64eada2e64eadn } as const;
const UNIT = 0x1000;
const MEGABYTE = 0x100000;

/** One build's places and codes, in the facts' own terms. */
export interface WrittenBuild {
  readonly p: 4 | 8;
  readonly build: number;
  readonly heap: {
    readonly signature: number;
    readonly largeTree: number;
    readonly uncommittedBase: number;
    readonly reservedLimit: number;
    readonly vsContext: number;
    /** the first context: where its list is, in the heap */
    readonly listHead: number;
    readonly segmentCount: number;
  };
  /** contexts with structures of their own; absent where the heap itself has the list */
  readonly contexts?: {
    readonly at: readonly number[];
    readonly unitShift: number;
    readonly firstDescriptor: number;
    readonly listHead: number;
    readonly segmentCount: number;
    readonly heap: number;
  };
  readonly vsList: number;
  readonly vsLinksCoded: boolean;
  readonly descriptor: 'old' | 'new';
  readonly vsKey: bigint;
  readonly lfhKey: bigint;
  readonly vsConfig?: { readonly flags: number; readonly at: number; readonly delayed: number };
  /** bytes in front of each block, and whether their number is written there */
  readonly padding?: { readonly size: number; readonly stored: boolean };
}

export interface Written {
  readonly user: number;
  readonly size: number;
}

const hex = (text: string | undefined): number => Number.parseInt(text ?? 'x', 16);

interface BuildFacts {
  readonly SEGMENT_HEAP: Readonly<Record<string, string>>;
}

/** The x64 builds of which the facts have all offsets. */
export function factsOf(build: '10586' | '16299' | '17134'): Readonly<Record<string, number>> {
  const all = sharedJson<Readonly<Record<string, BuildFacts>>>('facts/layouts/segment-heap-by-build.json');
  const entries = Object.entries(all[build]?.SEGMENT_HEAP ?? {});
  return Object.fromEntries(entries.map(([name, text]) => [name, hex(text)]));
}

export class SegmentHeapWriter {
  readonly written: Written[] = [];
  private readonly unit: number;
  private readonly segments: number[] = [];
  private readonly subsegments: number[] = [];

  constructor(
    private readonly memory: HeapMemory,
    private readonly of: WrittenBuild,
    readonly heap: number,
  ) {
    this.unit = 2 * of.p;
    memory.map(heap, 0x2000);
    this.put(heap + of.heap.signature, 4, 0xddeeddeen);
    this.pointer(heap + of.heap.uncommittedBase, heap + 0x2000);
    this.pointer(heap + of.heap.reservedLimit, heap + 0xe000);
    if (of.vsConfig) this.put(heap + of.heap.vsContext + of.vsConfig.at, 4, BigInt(of.vsConfig.flags));
    const { contexts } = of;
    contexts?.at.forEach((at, i) => {
      const context = heap + at;
      const shift = i === 0 ? 12 : 16;
      this.put(context, of.p, -(1n << BigInt(shift + 8)));
      this.put(context + contexts.unitShift, 1, BigInt(shift));
      this.put(context + contexts.firstDescriptor, 1, of.p === 8 && i === 0 ? 2n : 1n);
      this.pointer(context + contexts.heap, heap);
      this.ring(context + contexts.listHead, []);
    });
  }

  /** A segment with a VS subsegment, LFH subsegments, a block of the back end and free pages behind them. */
  segment(address: number, plan: SegmentPlan): void {
    const { of, memory } = this;
    memory.map(address, MEGABYTE);
    this.segments.push(address);
    let unit = of.p === 8 ? 2 : 1;
    for (const chunks of plan.vs) {
      this.vs(address + unit * UNIT, 16, chunks);
      this.range(address, unit, 17, 'vs', 0);
      unit += 17;
    }
    for (const { blockSize, requests } of plan.lfh) {
      this.lfh(address + unit * UNIT, blockSize, requests);
      this.range(address, unit, 1, 'lfh', 0);
      unit += 1;
    }
    for (const size of plan.backend) {
      const units = Math.ceil((size + this.padBytes) / UNIT);
      this.range(address, unit, units, 'backend', units * UNIT - size - this.padBytes);
      this.take(address + unit * UNIT, size);
      unit += units;
    }
    this.range(address, unit, 256 - unit, 'free', 0);
    const owner = of.contexts ? this.heap + (of.contexts.at[0] ?? 0) : this.heap;
    const place = of.contexts ? BigInt(address) : BigInt(Math.floor(address / MEGABYTE));
    this.put(address + 2 * of.p, of.p, place ^ BigInt(owner) ^ HEAP_KEY ^ CONSTANT[of.p]);
  }

  /** Blocks with regions of their own: nodes in a tree that leans to the right. */
  large(nodes: number, blocks: readonly { readonly address: number; readonly size: number }[]): void {
    const { p } = this.of;
    this.memory.map(nodes, 0x1000);
    let parent = 0;
    let from = this.heap + this.of.heap.largeTree;
    blocks.forEach(({ address, size }, i) => {
      const node = nodes + i * 0x40;
      const shown = size + this.padBytes;
      const bytes = Math.ceil(shown / UNIT) * UNIT;
      this.memory.map(address, 0x1000);
      this.pointer(from, node);
      this.put(node + 2 * p, p, BigInt(parent) | 1n);
      this.put(node + 3 * p, p, BigInt(address) | BigInt(bytes - shown));
      this.put(node + 4 * p, p, BigInt(bytes));
      parent = node;
      from = node + p;
      this.take(address, size, !this.of.padding?.stored);
    });
  }

  /** Writes the lists, which are known at the end. */
  finish(): void {
    const { of, heap } = this;
    const head = of.contexts
      ? heap + (of.contexts.at[0] ?? 0) + of.contexts.listHead
      : heap + of.heap.listHead;
    const count = of.contexts
      ? heap + (of.contexts.at[0] ?? 0) + of.contexts.segmentCount
      : heap + of.heap.segmentCount;
    this.ring(head, this.segments);
    this.put(count, of.p, BigInt(this.segments.length));
    this.ring(heap + of.heap.vsContext + of.vsList, this.subsegments, of.vsLinksCoded);
  }

  /** Puts freed chunks on the list of those that are kept back: an SLIST of user addresses. */
  keepBack(users: readonly number[]): void {
    const { vsConfig, heap, p } = { ...this.of, heap: this.heap };
    if (!vsConfig) throw new Error('this build keeps nothing back');
    const header = heap + this.of.heap.vsContext + vsConfig.delayed;
    this.put(header, 2, BigInt(users.length));
    users.forEach((user, i) => {
      this.pointer(i === 0 ? header + (p === 8 ? 8 : 0) : (users[i - 1] ?? 0), user);
      this.pointer(user, 0);
    });
  }

  private get padBytes(): number {
    return this.of.padding?.size ?? 0;
  }

  /** Remembers a busy block, behind its padding. */
  private take(start: number, size: number, unshifted = false): number {
    const { padding, p } = this.of;
    const user = start + (unshifted ? 0 : this.padBytes);
    if (padding?.stored) {
      this.put(start, p, BigInt(padding.size));
      this.put(user - 2 * p, p, BigInt(padding.size));
    }
    this.written.push({ user, size });
    return user;
  }

  private range(
    segment: number,
    unit: number,
    units: number,
    kind: 'vs' | 'lfh' | 'backend' | 'free',
    unused: number,
  ): void {
    const { p, descriptor } = this.of;
    const size = p === 8 ? 0x20 : 0x10;
    const flagsAt = p === 8 ? 0x18 : 0x0c;
    for (let i = 0; i < units; i++) {
      const at = segment + (unit + i) * size;
      if (descriptor === 'old') {
        // 01 LFH, 02 committed, 04 allocated, 08 first, 20 VS
        const flags = { vs: 0x26, lfh: 0x07, backend: 0x06, free: 0x00 }[kind] | (i === 0 ? 8 : 0);
        this.put(at + flagsAt, 1, BigInt(flags));
        if (i === 0) this.put(at + flagsAt + 3, 1, BigInt(units));
        if (i === 0 && kind !== 'free') this.put(at + 6, 2, BigInt(unused));
      } else {
        const of16299 = this.of.build === 16299;
        const type = { vs: of16299 ? 0x0b : 0x0f, lfh: of16299 ? 0x07 : 0x0b, backend: 0x03, free: 0x02 }[
          kind
        ];
        const flags = i === 0 ? type : kind === 'free' ? 0 : 1;
        const committed = kind === 'free' ? 0 : 1;
        this.put(at + flagsAt, 1, BigInt(p === 8 ? flags : flags | (committed << 5)));
        if (p === 8) this.put(at + 0x19, 1, BigInt(committed));
        this.put(at + (p === 8 ? 0x1f : 0x0f), 1, BigInt(i === 0 ? units : i));
        if (i === 0 && kind !== 'free') this.put(at + 4, 4, BigInt(unused));
      }
      if (i === 0 && kind !== 'free') this.put(at, 4, 0xccddccddn);
    }
  }

  private vs(address: number, pages: number, chunks: readonly VsPlan[]): void {
    const { p, vsKey } = this.of;
    this.subsegments.push(address);
    const first = address + (p === 8 ? 0x30 : 0x18);
    const end = address + pages * UNIT;
    const units = (end - address) / this.unit - 3;
    const sizeAt = address + (p === 8 ? 0x20 : 0x14);
    this.put(sizeAt, 2, BigInt(units));
    this.put(sizeAt + 2, 2, BigInt((units ^ 0x2bed) & 0x7fff));
    let at = first;
    let previous = 0;
    const give = (size: number, allocated: boolean, flags: bigint): void => {
      const inUnits = BigInt(size / this.unit);
      const plain =
        p === 8
          ? (inUnits << 16n) | (BigInt(previous) << 32n) | (allocated ? 1n << 48n : 0n)
          : (inUnits << 1n) | (BigInt(previous) << 16n) | (allocated ? 1n << 31n : 0n);
      this.put(at, p, plain ^ BigInt(at) ^ vsKey);
      if (allocated) this.put(at + p, 4, flags);
      previous = size / this.unit;
      at += size;
    };
    for (const chunk of chunks) {
      if ('free' in chunk) {
        give(chunk.free, false, 0n);
        continue;
      }
      const begin = at;
      // a chunk that would begin a user area just before a page begins it on the page, where that is asked for
      const aligned = this.of.vsConfig && this.of.vsConfig.flags & 1 && (begin + 2 * this.unit) % UNIT === 0;
      const header = aligned ? 2 * this.unit : this.unit;
      const needed = chunk.busy + this.padBytes;
      const area = Math.ceil((needed + 2) / this.unit) * this.unit;
      const unused = area - needed;
      give(header + area, true, unused > 0 ? 0x100n : 0n);
      if (unused > 0) this.put(begin + header + area - 2, 2, unused === 1 ? 0x8000n : BigInt(unused));
      this.take(begin + header, chunk.busy);
    }
    if (at < end) give(end - at, false, 0n);
  }

  private lfh(address: number, blockSize: number, requests: readonly (number | undefined)[]): void {
    const { p, lfhKey } = this.of;
    const header = p === 8 ? 0x30 : 0x20;
    const count = requests.length;
    const first = Math.ceil((header + Math.ceil(count / 32) * 8) / 16) * 16;
    this.put(address + (p === 8 ? 0x22 : 0x12), 2, BigInt(count));
    this.put(address + (p === 8 ? 0x20 : 0x10), 2, BigInt(requests.filter((r) => r === undefined).length));
    const coded = BigInt(blockSize) | (BigInt(first) << 16n);
    this.put(
      address + (p === 8 ? 0x28 : 0x18),
      4,
      (coded ^ lfhKey ^ ((BigInt(address) & 0xffffffffn) >> 12n)) & 0xffffffffn,
    );
    let bitmap = 0n;
    requests.forEach((request, i) => {
      if (request === undefined) return;
      const at = address + first + i * blockSize;
      const unused = blockSize - request - this.padBytes;
      bitmap |= (unused > 0 ? 3n : 1n) << BigInt(2 * i);
      if (unused > 0) this.put(at + blockSize - 2, 2, unused === 1 ? 0x8000n : BigInt(unused));
      this.take(at, request);
    });
    for (let i = 0; i < Math.ceil(count / 32); i++) {
      this.put(address + header + 8 * i, 4, (bitmap >> BigInt(64 * i)) & 0xffffffffn);
      this.put(address + header + 8 * i + 4, 4, (bitmap >> BigInt(64 * i + 32)) & 0xffffffffn);
    }
  }

  private ring(head: number, members: readonly number[], coded = false): void {
    const all = [head, ...members];
    all.forEach((entry, i) => {
      const next = all[(i + 1) % all.length] ?? head;
      const before = all[(i + all.length - 1) % all.length] ?? head;
      const code = coded ? BigInt(entry) : 0n;
      this.put(entry, this.of.p, BigInt(next) ^ code);
      this.put(entry + this.of.p, this.of.p, BigInt(before) ^ code);
    });
  }

  private pointer(at: number, value: number): void {
    this.put(at, this.of.p, BigInt(value));
  }

  private put(at: number, size: 1 | 2 | 4 | 8, value: bigint): void {
    if (size === 8) {
      this.memory.put(at, 4, Number(value & 0xffffffffn));
      this.memory.put(at + 4, 4, Number((value >> 32n) & 0xffffffffn));
    } else this.memory.put(at, size, Number(value & ((1n << BigInt(8 * size)) - 1n)));
  }
}

export interface SegmentPlan {
  readonly vs: readonly (readonly VsPlan[])[];
  readonly lfh: readonly { readonly blockSize: number; readonly requests: readonly (number | undefined)[] }[];
  readonly backend: readonly number[];
}

/** A chunk: what was asked for, or the bytes of a free one. */
export type VsPlan = { readonly busy: number } | { readonly free: number };

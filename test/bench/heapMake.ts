/**
 * Dumps with generated heaps: a plan of blocks (heapPlan.ts) written down as Windows 10's heap manager (19041, x64)
 * keeps it, with coded headers, free lists, LFH user blocks and their bitmaps; the program's blocks point to each other.
 */
import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layOutMinidump, type MemoryContent } from '../../core/minidump/index.ts';
import {
  containerShape,
  type HeapMix,
  type HeapPlan,
  Kind,
  lfhBlock,
  planHeap,
  type PlannedSegment,
  Random,
  STRIDE,
  UNIT,
} from './heapPlan.ts';

const HEAP = 0x200_0000_0000;
const TEB = 0x1_0000_0000;
const PEB = 0x1_0001_0000;
const HEAP_ARRAY = 0x1_0001_1000;
const STACK = 0x1_0010_0000;
const GLOBALS = 0x1_0020_0000;
const NTDLL = 0x7ffb_0000_0000;
const KEY_PAGE = NTDLL + 0x18_0000;
/** RtlpLFHKey, HEAP.Encoding */
const LFH_KEY = 0x7d63_19d7_884b_4605n;
const ENCODING: readonly [number, number] = [0x8c1f_2a55, 0x0000_71b3];
/** one block in so many is not pointed to */
export const LEAK_EVERY = 100;
/** one word of a block in so many is a pointer */
const POINTER_EVERY = 6;

export interface MadeHeap {
  readonly path: string;
  readonly blocks: number;
  readonly heap: number;
  /** bytes of the heap's segments */
  readonly bytes: number;
  /** user pointers of some blocks, spread over all */
  readonly sample: readonly number[];
}

/** A dump with one heap of `blocks` busy blocks, made once, in a folder below the system's temporary one. */
export function makeHeapDump(mix: HeapMix, blocks: number, meanBytes: number): MadeHeap {
  const folder = join(tmpdir(), 'stillframe-bench-heap-2');
  const path = join(folder, `${mix}-${blocks}-${meanBytes}.dmp`);
  const plan = planHeap(HEAP, mix, blocks, meanBytes);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    process.stdout.write(`     making ${path}\n`);
    const part = `${path}.${process.pid}`;
    write(plan, part);
    renameSync(part, path);
  }
  const step = Math.max(1, Math.floor(plan.blocks / 10_000));
  const sample = Array.from({ length: 10_000 }, (_, i) => plan.block[(i * step) % plan.blocks] ?? 0);
  const bytes = plan.segments.reduce((sum, s) => sum + s.end - s.start, 0);
  return { path, blocks: plan.blocks, heap: HEAP, bytes, sample };
}

function write(plan: HeapPlan, path: string): void {
  const free = freeLinks(plan);
  const targets = reachableBlocks(plan);
  const memory: MemoryContent[] = [
    page(TEB, 0x2000, (view) => {
      put64(view, 8, STACK + 0x10000);
      put64(view, 0x10, STACK);
      put64(view, 0x30, TEB);
      put64(view, 0x60, PEB);
    }),
    page(PEB, 0x1000, (view) => {
      put64(view, 0x30, HEAP);
      view.setUint32(0xe8, 1, true);
      view.setUint32(0xec, 16, true);
      put64(view, 0xf0, HEAP_ARRAY);
    }),
    page(HEAP_ARRAY, 0x1000, (view) => put64(view, 0, HEAP)),
    page(STACK, 0x10000, () => undefined),
    page(GLOBALS, 0x1000, (view) => put64(view, 0x10, targets[0] ?? 0)),
    ...plan.segments.map((segment): MemoryContent => ({
      start: BigInt(segment.start),
      size: segment.end - segment.start,
      bytes: () => [segmentBytes(plan, segment, free, targets)],
    })),
    page(KEY_PAGE, 0x1000, (view) => view.setBigUint64(0x208, LFH_KEY, true)),
  ];
  const context = new Uint8Array(0x4d0);
  // ContextFlags and Rsp of an AMD64 CONTEXT
  new DataView(context.buffer).setUint32(0x30, 0x10_000f, true);
  new DataView(context.buffer).setBigUint64(0x98, BigInt(STACK + 0x8000), true);
  const laidOut = layOutMinidump({
    flags: 2n,
    systemInfo: { processorArchitecture: 9, majorVersion: 10, minorVersion: 0, buildNumber: 19041 },
    threads: [{ id: 1, teb: BigInt(TEB), stack: { start: BigInt(STACK), size: 0x10000 }, context }],
    modules: [{ base: BigInt(NTDLL), size: 0x20_0000, name: 'C:\\Windows\\System32\\ntdll.dll' }],
    memory,
    memoryForm: 'list64',
  });
  const file = openSync(path, 'w');
  ftruncateSync(file, laidOut.size);
  for (const { bytes, offset } of laidOut.pieces()) writeSync(file, bytes, 0, bytes.length, offset);
  closeSync(file);
}

function page(start: number, size: number, fill: (view: DataView) => void): MemoryContent {
  const bytes = new Uint8Array(size);
  fill(new DataView(bytes.buffer));
  return { start: BigInt(start), size, bytes };
}

/** The order of the free list: by size. Flink and Blink of each free chunk, as addresses of links. */
function freeLinks(plan: HeapPlan): { flink: Map<number, number>; blink: Map<number, number> } {
  const free: number[] = [];
  for (let i = 0; i < plan.chunks; i++) if (plan.chunkKind[i] === Kind.free) free.push(i);
  free.sort((a, b) => (plan.chunkBytes[a] ?? 0) - (plan.chunkBytes[b] ?? 0));
  const head = plan.heap + 0x150;
  const links = [head, ...free.map((i) => (plan.chunk[i] ?? 0) + UNIT), head];
  const flink = new Map<number, number>();
  const blink = new Map<number, number>();
  for (let i = 0; i + 1 < links.length; i++) {
    flink.set(links[i] ?? 0, links[i + 1] ?? 0);
    blink.set(links[i + 1] ?? 0, links[i] ?? 0);
  }
  return { flink, blink };
}

/** The user pointers of the blocks that somebody points to. */
function reachableBlocks(plan: HeapPlan): Float64Array {
  return plan.block.subarray(0, plan.blocks).filter((_, i) => i % LEAK_EVERY !== LEAK_EVERY - 1);
}

function segmentBytes(
  plan: HeapPlan,
  segment: PlannedSegment,
  free: ReturnType<typeof freeLinks>,
  targets: Float64Array,
): Uint8Array {
  const bytes = new Uint8Array(segment.end - segment.start);
  const view = new DataView(bytes.buffer);
  const isFirst = segment.start === plan.heap;
  let previous = 0;
  for (let i = segment.firstChunk; i < segment.endChunk; i++) {
    const address = plan.chunk[i] ?? 0;
    const at = address - segment.start;
    const size = plan.chunkBytes[i] ?? 0;
    const kind = plan.chunkKind[i];
    const flags = kind === Kind.free ? 0 : kind === Kind.container || kind === Kind.zone ? 9 : 1;
    const unused = kind === Kind.busy ? size - (plan.userSize[i] ?? 0) : kind === Kind.header ? 1 : 0x10;
    header(view, at, size / UNIT, previous / UNIT, flags, kind === Kind.free ? 0 : unused);
    if (kind === Kind.free) {
      put64(view, at + UNIT, free.flink.get(address + UNIT) ?? 0);
      put64(view, at + UNIT + 8, free.blink.get(address + UNIT) ?? 0);
    }
    if (kind === Kind.container) container(plan, view, segment.start, i);
    previous = size;
  }
  segmentHeader(plan, view, segment);
  if (isFirst) heapHeader(plan, view, free);
  content(plan, view, segment, targets);
  return bytes;
}

/** A HEAP_ENTRY, coded: the checksum is over the first three bytes, the unused bytes are not coded. */
function header(
  view: DataView,
  at: number,
  units: number,
  previous: number,
  flags: number,
  unused: number,
): void {
  const sum = (units ^ (units >>> 8) ^ flags) & 0xff;
  const low = (units & 0xffff) | (flags << 16) | (sum << 24);
  view.setUint32(at + 8, (low ^ ENCODING[0]) >>> 0, true);
  view.setUint32(at + 12, ((previous & 0xffff) ^ (ENCODING[1] & 0xffff) ^ (unused << 24)) >>> 0, true);
}

/** _HEAP_SEGMENT of 19041 x64 */
function segmentHeader(plan: HeapPlan, view: DataView, segment: PlannedSegment): void {
  const { start, end } = segment;
  const pages = (end - start) / 0x1000;
  const links = [plan.heap + 0x120, ...plan.segments.map((s) => s.start + 0x18)];
  const i = links.indexOf(start + 0x18);
  view.setUint32(0x10, 0xffeeffee, true);
  put64(view, 0x18, links[(i + 1) % links.length] ?? 0);
  put64(view, 0x20, links[i - 1] ?? 0);
  put64(view, 0x28, plan.heap);
  put64(view, 0x30, start);
  view.setUint32(0x38, pages, true);
  put64(view, 0x40, start + (plan.chunkBytes[segment.firstChunk] ?? 0));
  put64(view, 0x48, end);
  put64(view, 0x60, start + 0x60);
  put64(view, 0x68, start + 0x60);
}

/** _HEAP of 19041 x64 */
function heapHeader(plan: HeapPlan, view: DataView, free: ReturnType<typeof freeLinks>): void {
  const ring = (at: number): void => {
    put64(view, at, plan.heap + at);
    put64(view, at + 8, plan.heap + at);
  };
  const reserved = plan.segments.reduce((sum, s) => sum + s.end - s.start, 0);
  view.setUint32(0x70, 2, true);
  view.setUint32(0x7c, 0x10_0000, true);
  view.setUint32(0x88, ENCODING[0], true);
  view.setUint32(0x8c, ENCODING[1], true);
  view.setUint32(0x98, 0xeeffeeff, true);
  view.setUint16(0xd0, 1, true);
  ring(0xf0);
  ring(0x110);
  put64(view, 0x120, plan.heap + 0x18);
  put64(view, 0x128, (plan.segments.at(-1)?.start ?? 0) + 0x18);
  put64(view, 0x150, free.flink.get(plan.heap + 0x150) ?? 0);
  put64(view, 0x158, free.blink.get(plan.heap + 0x150) ?? 0);
  put64(view, 0x238, reserved);
  put64(view, 0x240, reserved);
  let freeUnits = 0;
  for (let i = 0; i < plan.chunks; i++) {
    if (plan.chunkKind[i] === Kind.free) freeUnits += (plan.chunkBytes[i] ?? 0) / UNIT;
  }
  put64(view, 0xc0, freeUnits);
  if (!plan.hasFrontEnd) return;
  put64(view, 0x198, lfhHeap(plan));
  view.setUint8(0x1a2, 2);
  // LFH_HEAP.Heap
  put64(view, lfhHeap(plan) - plan.heap + 0x18, plan.heap);
}

/** The LFH_HEAP lies in the block behind the heap's header. */
function lfhHeap(plan: HeapPlan): number {
  return (plan.chunk[1] ?? 0) + UNIT;
}

/** HEAP_USERDATA_HEADER, its blocks, and its HEAP_SUBSEGMENT, which a zone of the same segment holds. */
function container(plan: HeapPlan, view: DataView, base: number, chunk: number): void {
  const { first, count, bitmapWords } = containerShape();
  const userBlocks = (plan.chunk[chunk] ?? 0) + UNIT;
  const subsegment = plan.subsegment[chunk] ?? 0;
  const at = userBlocks - base;
  const low = (value: number): number => (value % 2 ** 32) | 0;
  const key = Number(LFH_KEY & 0xffff_ffffn) | 0;
  put64(view, at, subsegment);
  view.setUint32(at + 0x14, 0xf0e0d0c0, true);
  const offsets = first | (STRIDE << 16);
  view.setUint32(at + 0x18, (offsets ^ low(userBlocks) ^ low(lfhHeap(plan)) ^ key) >>> 0, true);
  view.setUint32(at + 0x20, count, true);
  put64(view, at + 0x28, userBlocks + 0x30);
  let freeBlocks = 0;
  for (let i = 0; i < count; i++) {
    const { free, userSize } = lfhBlock(chunk, i);
    const entry = userBlocks + first + i * STRIDE;
    const code = (((entry - userBlocks) / UNIT) * 0x10000) | 0;
    view.setUint32(entry - base + 8, (code ^ low(Math.floor(entry / 16)) ^ key ^ low(plan.heap)) >>> 0, true);
    view.setUint8(entry - base + 13, i & 0xff);
    view.setUint8(entry - base + 15, free ? 0x80 : 0x80 | (STRIDE - userSize));
    if (free) freeBlocks++;
    else {
      const byte = at + 0x30 + (i >>> 3);
      view.setUint8(byte, view.getUint8(byte) | (1 << (i & 7)));
    }
  }
  // bits beyond the last block
  for (let i = count; i < bitmapWords * 64; i++) {
    const byte = at + 0x30 + (i >>> 3);
    view.setUint8(byte, view.getUint8(byte) | (1 << (i & 7)));
  }
  const s = subsegment - base;
  if (s < 0 || s >= view.byteLength) return;
  put64(view, s, lfhHeap(plan));
  put64(view, s + 8, userBlocks);
  view.setUint16(s + 0x20, freeBlocks, true);
  view.setUint16(s + 0x24, STRIDE / UNIT, true);
  view.setUint16(s + 0x28, count, true);
}

/**
 * What the program keeps in its blocks: pointers to others, numbers, text. The k-th block that is pointed to points to
 * those numbered 2k + 1 and 2k + 2, so that all of them hang together; the others are pointed to by nobody.
 */
function content(plan: HeapPlan, view: DataView, segment: PlannedSegment, targets: Float64Array): void {
  const random = new Random(segment.start / 0x10000);
  let k = 0;
  for (let i = 0; i < plan.blocks; i++) {
    const user = plan.block[i] ?? 0;
    const isLeaked = i % LEAK_EVERY === LEAK_EVERY - 1;
    const own = isLeaked ? -1 : k++;
    if (user < segment.start || user >= segment.end) continue;
    const words = Math.floor((plan.blockBytes[i] ?? 0) / 8);
    for (let w = 0; w < words; w++) {
      const at = user - segment.start + w * 8;
      const child = 2 * own + 1 + w;
      if (own >= 0 && w < 2 && child < targets.length) put64(view, at, targets[child] ?? 0);
      else if (random.next(POINTER_EVERY) === 0) put64(view, at, targets[random.next(targets.length)] ?? 0);
      else view.setUint32(at, random.next(2) === 0 ? 0x6c6c6568 : random.next(1000), true);
    }
  }
}

function put64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % 2 ** 32, true);
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
}

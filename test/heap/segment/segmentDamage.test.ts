import { beforeAll, describe, expect, it } from 'vitest';
import { type HeapBlock, type HeapSnapshot, openHeaps } from '../../../core/heap/index.ts';
import type { Memory } from '../../../core/target/index.ts';
import { hasCorpus } from '../../corpus.ts';
import {
  busyBlocks,
  differences,
  type HeapOfTruth,
  openHeapCase,
  type OpenedCase,
  overlaps,
  snapshotOf,
  withMemory,
} from './heapTruth.ts';
import { littleEndian, type Patch, patched } from './patched.ts';
import { withheld } from './withheld.ts';

/** A case with one of its heaps, as it is and damaged. */
interface Subject {
  readonly opened: OpenedCase;
  readonly heap: HeapOfTruth;
  readonly sound: HeapSnapshot;
}

async function subject(name: string, heapName: string): Promise<Subject> {
  const opened = await openHeapCase(name);
  const heap = opened.truth.heaps.find((h) => h.name === heapName);
  if (!heap) throw new Error(`no heap ${heapName}`);
  return { opened, heap, sound: await snapshotOf(opened, heap) };
}

async function through({ opened, heap }: Subject, change: (memory: Memory) => Memory): Promise<HeapSnapshot> {
  const view = withMemory(opened.view, change(opened.view.target.memory));
  return snapshotOf({ ...opened, view, heaps: openHeaps({ views: [view] }) }, heap);
}

async function damaged(of: Subject, ...patches: readonly Patch[]): Promise<HeapSnapshot> {
  return through(of, (memory) => patched(memory, patches));
}

/** The middle one of a heap's blocks of some sort. */
function pick({ sound }: Subject, wanted: (block: HeapBlock) => boolean): HeapBlock {
  const all: HeapBlock[] = [];
  for (let i = 0; i < sound.blocks.length; i++) {
    const block = sound.blocks.at(i);
    if (block && wanted(block)) all.push(block);
  }
  const middle = all[all.length >> 1];
  if (!middle) throw new Error('no such block');
  return middle;
}

function bytesAt({ opened }: Subject, address: number, length: number): number[] {
  return [...opened.view.target.memory.read(BigInt(address), length)];
}

function bits(of: Subject, address: number, length: number): bigint {
  return bytesAt(of, address, length).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

const isVs = (b: HeapBlock): boolean => b.part === 'vs' && b.state === 'busy';
const isLfh = (b: HeapBlock): boolean => b.part === 'lfh' && b.state === 'busy';

describe.skipIf(!hasCorpus)('damage to a segment heap', () => {
  let of: Subject;
  beforeAll(async () => {
    of = await subject('19041-x64/segment', 'private');
  });

  it('names a chunk whose header was overrun, and walks on behind it', async () => {
    const block = pick(of, isVs);
    const entry = Number(block.entry);
    const snapshot = await damaged(of, { address: entry, bytes: new Array<number>(16).fill(0x41) });
    expect(snapshot.findings.map((f) => [f.address, f.kind])).toEqual([[block.entry, 'checksum']]);
    expect(snapshot.findings[0]?.expected).toContain(`size 0x${block.size.toString(16)}`);
    // only this block's size is lost
    expect(differences(snapshot, of.heap)).toEqual([
      `${Number(block.user).toString(16)} has undefined bytes, not ${block.userSize ?? -1}`,
    ]);
    expect(snapshot.blocks.at(snapshot.blocks.find(block.entry))).toMatchObject({
      size: block.size,
      state: 'busy',
    });
    expect(overlaps(snapshot)).toEqual([]);
  });

  it('names a chunk whose size alone is wrong', async () => {
    const block = pick(of, isVs);
    const entry = Number(block.entry);
    // UnsafeSize is bits 16 to 31; one bit of it
    const snapshot = await damaged(of, {
      address: entry,
      bytes: littleEndian(bits(of, entry, 4) ^ 0x40000n, 4),
    });
    expect(snapshot.findings.map((f) => f.address)).toEqual([block.entry]);
    expect(differences(snapshot, of.heap)).toHaveLength(1);
  });

  it('names a chunk whose previous size alone is wrong, and loses nothing', async () => {
    const block = pick(of, isVs);
    const at = Number(block.entry) + 4;
    const snapshot = await damaged(of, { address: at, bytes: littleEndian(bits(of, at, 2) ^ 1n, 2) });
    expect(snapshot.findings.map((f) => [f.address, f.kind])).toEqual([[block.entry, 'previous size']]);
    expect(differences(snapshot, of.heap)).toEqual([]);
  });

  it('names every overrun chunk of many', async () => {
    const blocks = [0.2, 0.4, 0.6, 0.8].map((part) => {
      const all = [...of.heap.blocks].sort(([a], [b]) => a - b);
      const [user = 0] = all.slice(Math.floor(all.length * part)).find(([u]) => isVs(blockAt(of, u))) ?? [];
      return blockAt(of, user);
    });
    const patches = blocks.map((b) => ({
      address: Number(b.entry),
      bytes: new Array<number>(12).fill(0xfe),
    }));
    const snapshot = await damaged(of, ...patches);
    expect(snapshot.findings.map((f) => f.address).sort()).toEqual(blocks.map((b) => b.entry).sort());
    expect(differences(snapshot, of.heap)).toHaveLength(blocks.length);
  });

  it.each(['vs', 'lfh'])('reads a %s range whose descriptor is gone by its own header', async (part) => {
    const block = pick(of, (b) => b.part === part && b.state === 'busy');
    const subsegment = Number(of.sound.owners[block.owner]?.address ?? 0n);
    const segment = subsegment - (subsegment % 0x100000);
    const descriptor = segment + ((subsegment - segment) / 0x1000) * 0x20;
    const snapshot = await damaged(of, { address: descriptor, bytes: new Array<number>(0x20).fill(0) });
    expect(snapshot.findings.map((f) => [f.address, f.kind])).toContainEqual([BigInt(descriptor), 'segment']);
    expect(differences(snapshot, of.heap)).toEqual([]);
  });

  it('says that the header of an LFH subsegment makes no sense', async () => {
    const block = pick(of, isLfh);
    const subsegment = Number(of.sound.owners[block.owner]?.address ?? 0n);
    const snapshot = await damaged(of, { address: subsegment + 0x28, bytes: [0, 0, 0, 0] });
    expect(snapshot.findings.map((f) => [f.address, f.kind])).toEqual([[BigInt(subsegment), 'front end']]);
    expect(overlaps(snapshot)).toEqual([]);
    const lost = of.heap.blocks.filter(([user]) => user >= subsegment && user < subsegment + 0x1000);
    expect(differences(snapshot, of.heap).length).toBeGreaterThanOrEqual(lost.length);
  });

  it('sees a bitmap that was written to by the count of free blocks', async () => {
    const block = pick(of, isLfh);
    const subsegment = Number(of.sound.owners[block.owner]?.address ?? 0n);
    const snapshot = await damaged(of, {
      address: subsegment + 0x30,
      bytes: [bits(of, subsegment + 0x30, 1) ^ 1n].map(Number),
    });
    expect(snapshot.findings.map((f) => [f.address, f.kind])).toEqual([[BigInt(subsegment), 'front end']]);
  });

  it('sees the end of an LFH block overwritten', async () => {
    const block = pick(of, (b) => isLfh(b) && b.userSize !== undefined && b.userSize < b.size - 2);
    const at = Number(block.entry) + block.size - 2;
    const snapshot = await damaged(of, { address: at, bytes: [0xff, 0x3f] });
    expect(snapshot.findings.map((f) => [f.address, f.kind])).toEqual([[block.entry, 'size']]);
    expect(busyBlocks(snapshot).has(Number(block.user))).toBe(true);
  });

  it.each([
    ['its Flink', 0],
    ['its Blink', 8],
    ['both links', undefined],
  ])('finds all segments when one has lost %s', async (_, offset) => {
    const { segments } = of.sound;
    const [, , middle] = segments;
    if (!middle || segments.length < 5) throw new Error('too few segments');
    const at = Number(middle.address);
    const patch =
      offset === undefined
        ? { address: at, bytes: new Array<number>(16).fill(0x41) }
        : { address: at + offset, bytes: new Array<number>(8).fill(0x41) };
    const snapshot = await damaged(of, patch);
    expect(snapshot.findings.some((f) => f.kind === 'list')).toBe(true);
    expect(differences(snapshot, of.heap)).toEqual([]);
  });

  it('names a page segment with a wrong signature', async () => {
    const at = Number(of.sound.segments[2]?.address ?? 0n);
    const snapshot = await damaged(of, { address: at + 0x10, bytes: [1, 2, 3, 4] });
    expect(snapshot.findings.map((f) => [f.address, f.kind])).toEqual([[BigInt(at), 'signature']]);
    expect(differences(snapshot, of.heap)).toEqual([]);
  });

  it('reports memory that is not there and gives what is', async () => {
    const block = pick(of, (b) => isVs(b) && b.entry % 0x1000n < 0x800n && b.size < 0x400);
    const page = block.entry - (block.entry % 0x1000n);
    const snapshot = await through(of, (memory) => withheld(memory, { start: page, end: page + 0x1000n }));
    expect(snapshot.missing.some(({ start, end }) => start <= page + 0x1000n && end >= page)).toBe(true);
    expect(snapshot.errors).toBe(0);
    const lost = differences(snapshot, of.heap);
    for (const line of lost) {
      const user = BigInt(`0x${line.split(' ')[0] ?? ''}`);
      // its header, or the word at its end, stood in that page, or it came between that and the next sure chunk
      expect(user > page - 0x20000n && user < page + 0x4000n).toBe(true);
    }
    expect(lost.length).toBeLessThan(40);
  });

  it.each([true, false])('tells a hole of a dump without all memory from damage: %s', async (partial) => {
    const [, , segment] = of.sound.segments;
    if (!segment) throw new Error('too few segments');
    const { start } = segment;
    const memory = withheld(of.opened.view.target.memory, { start, end: start + 0x2000n });
    const view = withMemory(of.opened.view, memory, { partial });
    const snapshot = await snapshotOf({ ...of.opened, view, heaps: openHeaps({ views: [view] }) }, of.heap);
    // the list leads into the hole from both sides; behind it are the other segments
    const lost = of.heap.blocks.filter(([user]) => user >= Number(start) && user < Number(segment.end));
    expect(differences(snapshot, of.heap)).toHaveLength(lost.length);
    expect(snapshot.errors > 0).toBe(!partial);
    expect(snapshot.notes.some((note) => note.includes('not in the dump'))).toBe(partial);
  });

  function blockAt({ sound }: Subject, user: number): HeapBlock {
    const block = sound.blocks.at(sound.blocks.find(BigInt(user)));
    if (!block) throw new Error('no such block');
    return block;
  }
});

describe.skipIf(!hasCorpus)('damage to other parts', () => {
  it('names the node of a large block that does not lead to its parent', async () => {
    const of = await subject('19041-x64/segment-large', 'large');
    const block = pick(of, (b) => b.part === 'large');
    const node = Number(of.sound.owners[block.owner]?.address ?? 0n);
    const snapshot = await damaged(of, { address: node + 0x10, bytes: new Array<number>(8).fill(0x42) });
    expect(snapshot.findings.map((f) => [f.address, f.kind])).toEqual([[BigInt(node), 'large block']]);
    expect(differences(snapshot, of.heap).length).toBeGreaterThan(0);
  });

  it('names a chain of freed blocks that bites its tail, and ends', async () => {
    const of = await subject('26100-x64/segment', 'onesize');
    const block = pick(of, isLfh);
    const subsegment = Number(of.sound.owners[block.owner]?.address ?? 0n);
    const first = Number(bits(of, subsegment + 0x10, 2));
    const offset = pick(of, (b) => b.owner === block.owner && b.part === 'lfh' && b.state !== 'internal');
    const stride = of.sound.owners[block.owner]?.stride ?? 0;
    const start = [...of.sound.blocks.columns.owner.keys()].find(
      (i) => of.sound.blocks.columns.owner[i] === offset.owner && of.sound.blocks.state(i) !== 'internal',
    );
    const at = Number(of.sound.blocks.entry(start ?? 0)) + (first - 1) * stride;
    expect(first).toBeGreaterThan(0);
    const snapshot = await damaged(of, { address: at, bytes: littleEndian(BigInt(first), 2) });
    expect(snapshot.findings.map((f) => [f.address, f.kind])).toEqual([[BigInt(subsegment), 'front end']]);
  });

  it('says what does not fit where the padding in front of a block was overwritten', async () => {
    const of = await subject('19041-x64/segment-padded', 'private');
    const block = pick(of, isVs);
    const at = Number(block.user) - 0x10;
    const snapshot = await damaged(of, { address: at, bytes: new Array<number>(16).fill(0x58) });
    expect(snapshot.findings.map((f) => f.kind)).toEqual(['state']);
    expect(differences(snapshot, of.heap)).toEqual([]);
  });
});

/** Damage to heaps that Windows wrote: each is named where it is, and everything else is shown as before. */
import { beforeAll, describe, expect, it, afterEach } from 'vitest';
import type { HeapBlock, HeapFinding, HeapSnapshot } from '../../core/heap/index.ts';
import { hasCorpus } from '../corpus.ts';
import { MutableDump } from './mutableDump.ts';
import { ntCase } from './ntCases.ts';

/** A heap of a case, sound and as it is now. */
class Patient {
  private constructor(
    readonly dump: MutableDump,
    readonly index: number,
    readonly sound: HeapSnapshot,
  ) {}

  static async of(build: string, name: string, heap: string): Promise<Patient> {
    const { dump: path, truth } = ntCase(build, name);
    const dump = await MutableDump.open(path);
    const address = truth.heaps.find((h) => h.name === heap)?.address ?? 0;
    const set = dump.heaps();
    const index = set.indexOf(BigInt(address));
    return new Patient(dump, index, await set.snapshot(index));
  }

  get address(): number {
    return Number(this.sound.reference.address);
  }

  now(): Promise<HeapSnapshot> {
    return this.dump.heaps().snapshot(this.index);
  }

  /** All blocks, as they were when the heap was sound. */
  blocks(fits: (block: HeapBlock) => boolean = () => true): HeapBlock[] {
    return all(this.sound).filter(fits);
  }

  /** The n-th block that fits, not among the first few, whose neighbours are special. */
  pick(fits: (block: HeapBlock) => boolean, n = 3): HeapBlock {
    const block = this.blocks(fits)[n];
    if (!block) throw new Error('no such block');
    return block;
  }
}

function all({ blocks }: HeapSnapshot): HeapBlock[] {
  return Array.from({ length: blocks.length }, (_, i) => blocks.at(i)).filter((b) => b !== undefined);
}

/** Blocks without what depends on their number. */
function plain(blocks: readonly HeapBlock[]): Omit<HeapBlock, 'index' | 'owner'>[] {
  return blocks.map(({ entry, user, size, userSize, state, part, flags, previousUnits, marks }) => {
    return { entry, user, size, userSize, state, part, flags, previousUnits, marks };
  });
}

function kinds(findings: readonly HeapFinding[]): [string, number][] {
  return findings.map((f) => [f.kind, Number(f.address)]);
}

const inSegment = (state: string) => (b: HeapBlock) =>
  b.state === state && b.part === 'segment' && b.size > 0x60;

describe.skipIf(!hasCorpus).each([
  ['19041-x64', 8],
  ['7601-x86', 0],
])('damage to a heap of %s', (build, skip) => {
  let patient: Patient;
  const unit = skip === 8 ? 16 : 8;
  const pointer = skip === 8 ? 8 : 4;
  beforeAll(async () => {
    patient = await Patient.of(build, 'backend', 'noserialize');
    expect(patient.sound.findings).toEqual([]);
  });
  afterEach(() => {
    patient.dump.mend();
  });
  const others = (now: HeapSnapshot, ...entries: bigint[]): void => {
    const left = (list: readonly HeapBlock[]): HeapBlock[] => list.filter((b) => !entries.includes(b.entry));
    expect(plain(left(all(now)))).toEqual(plain(left(patient.blocks())));
  };

  it('a header that was written over', async () => {
    const { entry, size } = patient.pick(inSegment('busy'));
    for (let i = 0; i < unit; i++) patient.dump.poke(Number(entry) + i, 0x41 + i);
    const now = await patient.now();
    expect(kinds(now.findings)).toEqual([['checksum', Number(entry)]]);
    expect(now.blocks.at(now.blocks.find(entry))).toMatchObject({ entry, size, marks: 1 });
    others(now, entry);
  });

  it('a size that is wrong under a checksum that is right', async () => {
    const { entry, size } = patient.pick(inSegment('busy'));
    const at = Number(entry) + skip;
    // the same change to a byte of the size and to the checksum leaves the header sound
    patient.dump.poke(at, patient.dump.peek(at) ^ 0x05);
    patient.dump.poke(at + 3, patient.dump.peek(at + 3) ^ 0x05);
    const now = await patient.now();
    expect(kinds(now.findings)).toEqual([['size', Number(entry)]]);
    expect(now.findings[0]).toMatchObject({ expected: `0x${(size / unit).toString(16)}` });
    expect(now.blocks.at(now.blocks.find(entry))).toMatchObject({ entry, size, marks: 1 });
    others(now, entry);
  });

  it('a size of the block before that is wrong', async () => {
    const { entry } = patient.pick(inSegment('busy'));
    const at = Number(entry) + skip + 4;
    patient.dump.poke(at, patient.dump.peek(at) ^ 0x21);
    const now = await patient.now();
    expect(kinds(now.findings)).toEqual([['previous size', Number(entry)]]);
    others(now, entry);
  });

  it('several headers one behind the other', async () => {
    const from = patient.pick(inSegment('busy'), 5);
    const i = patient.sound.blocks.find(from.entry);
    const run = [i, i + 1, i + 2].map((k) => patient.sound.blocks.at(k)).filter((b) => b !== undefined);
    for (const { entry } of run) for (let k = 0; k < unit; k++) patient.dump.poke(Number(entry) + k, 0xcc);
    const now = await patient.now();
    expect(kinds(now.findings).filter(([kind]) => kind === 'checksum')).toEqual([
      ['checksum', Number(from.entry)],
    ]);
    others(now, ...run.map((b) => b.entry));
  });

  it('a link of the free list', async () => {
    const free = patient.pick(inSegment('free'));
    const link = Number(free.entry) + unit;
    patient.dump.write(link, pointer, patient.address + 0x18);
    const now = await patient.now();
    const found = kinds(now.findings);
    expect(new Set(found.map(([kind]) => kind))).toEqual(new Set(['free list']));
    expect(found.map(([, address]) => address)).toContain(Number(free.entry));
    others(now);
  });

  it('a free block that is on no list', async () => {
    // unlinked by hand: its neighbours know nothing of it
    const free = patient.pick(inSegment('free'), 6);
    const link = Number(free.entry) + unit;
    const ahead = patient.dump.read(link, pointer);
    const behind = patient.dump.read(link + pointer, pointer);
    patient.dump.write(behind, pointer, ahead);
    patient.dump.write(ahead + pointer, pointer, behind);
    const now = await patient.now();
    expect(kinds(now.findings)).toContainEqual(['free list', Number(free.entry)]);
    others(now);
  });

  it('a count of free memory that is wrong', async () => {
    const layout = unit === 16 ? 0xc0 : 0x78; // _HEAP.TotalFreeSize
    patient.dump.write(patient.address + layout, 4, 7);
    const now = await patient.now();
    expect(kinds(now.findings)).toEqual([['free list', patient.address]]);
    others(now);
  });

  it('the list of segments', async () => {
    // _HEAP_SEGMENT.SegmentListEntry of the second segment
    const second = Number(patient.sound.segments[1]?.address);
    patient.dump.write(second + (unit === 16 ? 0x18 : 0x10), pointer, 0x1234);
    const now = await patient.now();
    expect(now.findings[0]).toMatchObject({ kind: 'list', problem: 'the list of segments is broken' });
    expect(new Set(now.segments.map((s) => s.address))).toEqual(
      new Set(patient.sound.segments.map((s) => s.address)),
    );
    others(now);
  });

  it.each([
    ['EncodeFlagMask', unit === 16 ? 0x7c : 0x4c, 4],
    ['Encoding', unit === 16 ? 0x88 : 0x50, 8],
  ])('the %s that headers are read with', async (field, offset, length) => {
    for (let i = 0; i < length; i++) patient.dump.poke(patient.address + offset + i, 0x41 + i);
    const now = await patient.now();
    expect(now.findings.map((f) => [f.kind, f.problem])).toEqual([
      ['signature', `the heap's ${field} was overwritten: what it was follows from the heap's first blocks`],
    ]);
    others(now);
  });

  it('the end of a segment and its number of pages', async () => {
    // _HEAP_SEGMENT.NumberOfPages, LastValidEntry
    const [pages, last] = unit === 16 ? [0x38, 0x48] : [0x20, 0x28];
    patient.dump.write(patient.address + pages, 4, 0x7fff);
    patient.dump.write(patient.address + last, pointer, patient.address + 0x7000_0000);
    const now = await patient.now();
    expect(now.findings.map((f) => f.kind)).toContain('segment');
    others(now);
  });

  it('an uncommitted range that overlaps blocks', async () => {
    const outlineRange = patient.sound.uncommitted[0];
    const segment = patient.sound.segments[0];
    if (!outlineRange || !segment) throw new Error('no range');
    // find the descriptor by its Address field in the segment's last committed block
    const own = patient.blocks((b) => b.state === 'internal').map((b) => [Number(b.entry), b.size] as const);
    let descriptor: number | undefined;
    for (const [entry, size] of own) {
      for (let at = entry; at + 2 * pointer <= entry + size; at += pointer) {
        const hit =
          patient.dump.read(at, pointer) === Number(outlineRange.start) &&
          patient.dump.read(at + pointer, pointer) === Number(outlineRange.end - outlineRange.start);
        if (hit) descriptor = at;
      }
    }
    if (descriptor === undefined) throw new Error('no descriptor');
    patient.dump.write(descriptor, pointer, Number(segment.start) - 0x10000);
    const now = await patient.now();
    expect(now.findings.map((f) => f.kind)).toContain('uncommitted range');
    const busy = (s: HeapSnapshot): HeapBlock[] => all(s).filter((b) => b.state === 'busy');
    expect(plain(busy(now))).toEqual(plain(busy(patient.sound)));
  });
});

describe.skipIf(!hasCorpus)('damage to front ends and debug heaps', () => {
  it('LFH: header and bitmap, code, count of free blocks, offsets', async () => {
    const patient = await Patient.of('19041-x64', 'lfh', 'onesize');
    const busy = patient.pick((b) => b.part === 'lfh' && b.state === 'busy', 40);
    const entry = Number(busy.entry);
    const owner = patient.sound.owners[busy.owner];
    // byte 7: no unused bytes means free
    patient.dump.poke(entry + 15, 0x80);
    let now = await patient.now();
    const subsegment = Number(owner?.address);
    expect(kinds(now.findings)).toEqual([['front end', entry]]);
    patient.dump.mend();

    patient.dump.poke(entry + 9, patient.dump.peek(entry + 9) ^ 0xff);
    now = await patient.now();
    expect(kinds(now.findings)).toEqual([['checksum', entry]]);
    expect(now.busyBlocks).toBe(patient.sound.busyBlocks);
    patient.dump.mend();

    // AggregateExchg.Depth
    patient.dump.write(subsegment + 0x20, 2, 0x123);
    now = await patient.now();
    expect(kinds(now.findings)).toEqual([['front end', subsegment]]);
    patient.dump.mend();

    // EncodedOffsets
    const userBlocks = Number(owner?.container?.entry) + 16;
    patient.dump.write(userBlocks + 0x18, 4, 0);
    now = await patient.now();
    expect(kinds(now.findings)).toContainEqual(['front end', userBlocks]);
    expect(plain(all(now))).toEqual(plain(patient.blocks()));
  });

  it('XP: a lookaside list that runs in a circle, and one that leads nowhere', async () => {
    const patient = await Patient.of('2600-x86', 'backend', 'process');
    const onList = patient.blocks((b) => b.part === 'lookaside');
    expect(onList.length).toBeGreaterThan(2);
    expect(onList.every((b) => b.state === 'free' && (b.flags & 1) === 1)).toBe(true);
    const user = Number(onList[0]?.entry) + 8;
    patient.dump.write(user, 4, user);
    let now = await patient.now();
    expect(now.findings.map((f) => f.kind)).toEqual(['lookaside']);
    expect(now.findings[0]?.problem).toContain('already');
    patient.dump.mend();
    patient.dump.write(user, 4, 0x12345678);
    now = await patient.now();
    expect(now.findings.map((f) => f.kind)).toEqual(['lookaside']);
  });

  it('XP: the bitmap of free lists', async () => {
    const patient = await Patient.of('2600-x86', 'backend', 'noserialize');
    const bitmap = patient.address + 0x158;
    patient.dump.poke(bitmap + 8, patient.dump.peek(bitmap + 8) ^ 0x10);
    const now = await patient.now();
    expect(kinds(now.findings)).toEqual([['free list', bitmap]]);
    expect(now.findings[0]?.problem).toContain('68 units');
  });

  it.each(['2600-x86', '7601-x64', '19041-x64'])('%s: fills of a debug heap', async (build) => {
    const patient = await Patient.of(build, 'debugflags', 'private');
    const busy = patient.pick((b) => b.state === 'busy' && b.part === 'segment' && (b.flags & 4) !== 0);
    const end = Number(busy.user ?? 0n) + (busy.userSize ?? 0);
    patient.dump.poke(end, 0x42);
    let now = await patient.now();
    expect(kinds(now.findings)).toEqual([['tail fill', Number(busy.entry)]]);
    patient.dump.mend();
    const free = patient.pick((b) => b.state === 'free' && (b.flags & 4) !== 0 && b.size > 0x80, 0);
    patient.dump.poke(Number(free.entry) + 0x50, 0x42);
    now = await patient.now();
    expect(kinds(now.findings)).toEqual([['free fill', Number(free.entry)]]);
    expect(plain(all(now))).toEqual(plain(patient.blocks()));
  });

  it('virtual blocks: header, size, list', async () => {
    const patient = await Patient.of('19041-x64', 'backend', 'virtual');
    const block = patient.pick((b) => b.part === 'virtual', 1);
    const entry = Number(block.entry);
    patient.dump.poke(entry + 10, patient.dump.peek(entry + 10) ^ 0x40);
    let now = await patient.now();
    expect(kinds(now.findings)).toEqual([['virtual block', entry]]);
    patient.dump.mend();
    patient.dump.write(entry - 0x10, 8, 0xffff_ffff_0000);
    now = await patient.now();
    expect(kinds(now.findings)).toEqual([['virtual block', entry]]);
    patient.dump.mend();
    patient.dump.write(entry - 0x30, 8, entry - 0x30);
    now = await patient.now();
    expect(now.findings[0]).toMatchObject({ kind: 'list', problem: 'the list of virtual blocks is broken' });
    expect(now.blocks.length).toBe(patient.sound.blocks.length);
  });

  it('Wine: headers, links, flags', async () => {
    const dump = await MutableDump.open('lab/x86-static-O0/privrw.dmp.gz');
    const index = dump.heaps().indexOf(0x28f0000n);
    const now = (): Promise<HeapSnapshot> => dump.heaps().snapshot(index);
    const sound = await now();
    const busy = all(sound).filter((b) => b.state === 'busy' && b.part === 'segment' && b.size > 0x40);
    const entry = Number(busy[10]?.entry);
    for (let i = 0; i < 8; i++) dump.poke(entry + i, 0x41);
    const damaged = await now();
    expect(kinds(damaged.findings)).toEqual([['checksum', entry]]);
    const left = (s: HeapSnapshot): HeapBlock[] => all(s).filter((b) => Number(b.entry) !== entry);
    expect(plain(left(damaged))).toEqual(plain(left(sound)));
    dump.mend();
    const free = all(sound).find((b, i) => b.state === 'free' && sound.blocks.isBusy(i + 1));
    if (!free) throw new Error('no free block before a busy one');
    dump.write(Number(free.entry) + 8, 4, Number(free.entry));
    expect((await now()).findings.map((f) => f.kind)).toContain('free list');
    dump.mend();
    const behind = Number(free.entry) + free.size;
    dump.poke(behind + 2, dump.peek(behind + 2) ^ 2);
    expect(kinds((await now()).findings)).toEqual([['state', behind]]);
  });
});

/**
 * Damaged heaps: whatever stands in a heap's memory, the walk ends in time and throws nothing, what it gives is in
 * order, and heaps that were not touched are shown as before. STILLFRAME_FUZZ_ROUNDS sets the number of rounds.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { NotAvailable } from '../../core/errors/index.ts';
import type { HeapSnapshot } from '../../core/heap/index.ts';
import { hasCorpus } from '../corpus.ts';
import { countReads } from '../heap/countReads.ts';
import { MutableDump } from '../heap/mutableDump.ts';

const ROUNDS = Number(process.env.STILLFRAME_FUZZ_ROUNDS ?? 150);

const DUMPS = [
  'nt-heap/2600-x86/backend.dmp.gz',
  'nt-heap/2600-x86/lfh.dmp.gz',
  'nt-heap/7601-x64/lfh.dmp.gz',
  'nt-heap/7601-x86/debugflags.dmp.gz',
  'nt-heap/14393-x86/mixed.dmp.gz',
  'nt-heap/19041-x64/backend.dmp.gz',
  'nt-heap/19041-x64/ust.dmp.gz',
  'nt-heap/19041-x86/lfh.dmp.gz',
  'nt-heap/26100-x64/debugflags.dmp.gz',
  'lab/x86-static-O0/privrw.dmp.gz',
  'lab/x64-static-O2/privrw.dmp.gz',
];

/** mulberry32: the same numbers from the same seed, everywhere */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

interface Subject {
  readonly path: string;
  readonly dump: MutableDump;
  readonly sound: readonly HeapSnapshot[];
  readonly prints: readonly number[];
  /** reads that the walk of each heap took */
  readonly reads: readonly number[];
}

/** A number that depends on all that is shown of a heap. */
function print({ blocks, findings, segments, busyBlocks }: HeapSnapshot): number {
  let h = findings.length * 31 + segments.length * 7 + busyBlocks;
  for (const column of Object.values(blocks.columns) as Iterable<number>[]) {
    for (const value of column) h = (Math.imul(h, 0x01000193) ^ (value % 0xffff_ffff)) | 0;
  }
  return h;
}

async function open(path: string): Promise<Subject> {
  const dump = await MutableDump.open(path);
  const set = dump.heaps();
  const sound: HeapSnapshot[] = [];
  const reads: number[] = [];
  for (let i = 0; i < set.heaps.length; i++) {
    const walk = await countReads(() => set.snapshot(i));
    sound.push(walk.result);
    reads.push(walk.reads);
  }
  return { path, dump, sound, prints: sound.map(print), reads };
}

/** Somewhere in a heap: a block's header or its links, a header of the heap's, or anywhere. */
function place(heap: HeapSnapshot, next: (below: number) => number): number {
  const { blocks, segments, owners } = heap;
  const kind = next(10);
  const segment = segments[next(segments.length)];
  if (kind === 0) return Number(heap.reference.address) + next(0x300);
  if (kind === 1 && segment) return Number(segment.address) + next(0x80);
  const owner = owners[next(Math.max(1, owners.length))];
  if (kind === 2 && owner) return Number(owner.address) + next(0x40);
  if (kind === 3 && owner) return Number(owner.container?.entry ?? owner.start) + next(0x60);
  const entry = blocks.entry(next(Math.max(1, blocks.length)));
  if (kind === 4) return Number(entry) + next(0x400);
  return Number(entry) + next(0x20);
}

/** Changes some bytes of a heap. */
function damage({ dump, sound }: Subject, heap: HeapSnapshot, next: (below: number) => number): void {
  for (let n = 1 + next(6); n > 0; n--) {
    const at = place(heap, next);
    const room = Math.min(dump.available(at), 64);
    if (room < 8) continue;
    switch (next(6)) {
      case 0:
        dump.poke(at, dump.peek(at) ^ (1 << next(8)));
        break;
      case 1:
        for (let i = 0; i < 1 + next(room); i++) dump.poke(at + i, next(4) === 0 ? next(256) : 0x41);
        break;
      case 2:
        dump.write(at, 4, [0, 1, 0xffff, 0x7fff_ffff, 0xffff_ffff, 0x1000, 0x10][next(7)] ?? 0);
        break;
      case 3:
        // a pointer into a heap, or to itself
        dump.write(
          at - (at % 8),
          4,
          next(2) === 0 ? at % 0x1_0000_0000 : place(sound[next(sound.length)] ?? heap, next) % 0x1_0000_0000,
        );
        break;
      case 4:
        // what stands in another place
        for (let i = 0, from = place(heap, next); i < 16 && i < room; i++) {
          if (dump.available(from + i) > 0) dump.poke(at + i, dump.peek(from + i));
        }
        break;
      default:
        for (let i = 0; i < 8; i++) dump.poke(at + i, next(256));
    }
  }
}

/** What must hold of any snapshot. */
function inOrder({ blocks, owners, findings, errors }: HeapSnapshot): void {
  const { entry, size, userSize, state, owner } = blocks.columns;
  for (let i = 0; i < blocks.length; i++) {
    const [e = NaN, s = NaN, u = NaN] = [entry[i], size[i], userSize[i]];
    const sane = s > 0 && Number.isSafeInteger(e + s) && u <= s && u >= -1 && (state[i] ?? 9) < 4;
    if (!sane || !((entry[i - 1] ?? 0) <= e) || (owner[i] ?? 0) >= owners.length) {
      throw new Error(`block ${i} at ${e.toString(16)}: size ${s}, user size ${u}`);
    }
  }
  expect(errors).toBeGreaterThanOrEqual(findings.length);
  expect(findings.length).toBeLessThanOrEqual(3000);
}

describe.skipIf(!hasCorpus)('damaged heaps', () => {
  let subjects: Subject[] = [];
  beforeAll(async () => {
    subjects = await Promise.all(DUMPS.map(open));
  });

  it(`are walked to the end, ${ROUNDS} times`, async () => {
    let clean = 0;
    let hurt = 0;
    let found = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const next = random(round + 1);
      const subject = subjects[round % subjects.length];
      const index = next(subject?.sound.length ?? 1);
      const heap = subject?.sound[index];
      if (!subject || !heap) throw new Error('no heap');
      damage(subject, heap, next);
      try {
        const set = subject.dump.heaps();
        const at = set.indexOf(heap.reference.address);
        if (at >= 0) {
          const { result: snapshot, reads } = await countReads(() => set.snapshot(at));
          hurt += reads;
          clean += subject.reads[index] ?? 0;
          inOrder(snapshot);
          found += snapshot.errors > 0 ? 1 : 0;
          expect((await set.summary(at)).errors).toBe(snapshot.errors);
        }
        const other = next(subject.sound.length);
        const address = subject.sound[other]?.reference.address ?? 0n;
        const there = set.indexOf(address);
        // the lists of heaps lie in the process heap: where they are damaged, heaps are missing
        const listed = set.heaps.length === subject.sound.length;
        if (other !== index && there >= 0 && listed) {
          expect(print(await set.snapshot(there)), `0x${address.toString(16)} is as before`).toBe(
            subject.prints[other],
          );
        }
      } catch (e) {
        if (!(e instanceof NotAvailable)) throw new Error(`round ${round}, ${subject.path}`, { cause: e });
      } finally {
        subject.dump.mend();
      }
    }
    // damage in headers is seen: most rounds change more than the program's data
    expect(found).toBeGreaterThan(ROUNDS / 3);
    // no more than twice the work of sound heaps
    expect(hurt).toBeLessThan(2 * clean);
    expect(clean).toBeGreaterThan(0);
  }, 3_600_000);

  it('hide no other block behind a single damaged header', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const next = random(1000 + round);
      // since Vista headers are coded, so that damage shows; there the walk goes on at the very next block
      const coded = subjects.filter(({ path }) => /nt-heap\/(?!2600)/.test(path));
      const subject = coded[round % coded.length];
      const index = next(subject?.sound.length ?? 1);
      const heap = subject?.sound[index];
      const k = next(heap?.blocks.length ?? 1);
      const victim = heap?.blocks.at(k);
      if (!subject || !heap || !victim || victim.part !== 'segment' || victim.state === 'uncommitted')
        continue;
      const skip = heap.granularity - 8;
      for (let i = 0; i < 8; i++) subject.dump.poke(Number(victim.entry) + skip + i, next(256));
      const now = await subject.dump.heaps().snapshot(index);
      subject.dump.mend();
      expect(now.errors, `round ${round}`).toBeGreaterThan(0);
      const left = new Set(usersOf(now));
      const lost = usersOf(heap).filter((user) => user !== victim.user && !left.has(user));
      expect(lost, `round ${round}, ${subject.path}, ${victim.entry.toString(16)}`).toEqual([]);
    }
  }, 3_600_000);
});

/** The addresses that programs have. */
function usersOf({ blocks }: HeapSnapshot): bigint[] {
  const users: bigint[] = [];
  for (let i = 0; i < blocks.length; i++) if (blocks.isBusy(i)) users.push(blocks.user(i));
  return users;
}

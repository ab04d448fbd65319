/**
 * Damaged heaps, 10,000 of them: whatever stands in a heap's memory, the walk ends, throws nothing and does at most twice
 * the work of the sound one, what it gives is in order, and heaps that were not touched are shown as before. Work is
 * counted in reads and bytes, which are the same on every machine. STILLFRAME_FUZZ_TIMES multiplies the rounds.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { NotAvailable } from '../../core/errors/index.ts';
import { type HeapKind, type HeapSnapshot, StackTraces } from '../../core/heap/index.ts';
import { hasCorpus } from '../corpus.ts';
import { countReads, type HeapWork } from '../heap/countReads.ts';
import { fingerprint, mutate } from '../heap/heapMutations.ts';
import { seeded } from '../seeded.ts';
import { MutableDump } from '../heap/mutableDump.ts';

const TIMES = Number(process.env.STILLFRAME_FUZZ_TIMES ?? 1);

/** Dumps whose heaps are damaged, and how often: of as many Windows and kinds of use as there are. */
const KINDS: readonly { kind: HeapKind; rounds: number; dumps: readonly string[] }[] = [
  {
    kind: 'nt',
    rounds: 4500,
    dumps: [
      'nt-heap/2600-x86/backend',
      'nt-heap/2600-x86/lfh',
      'nt-heap/7601-x64/lfh',
      'nt-heap/7601-x64/heaps',
      'nt-heap/7601-x86/debugflags',
      'nt-heap/14393-x86/mixed',
      'nt-heap/16299-x64/mixed',
      'nt-heap/19041-x64/backend',
      'nt-heap/19041-x64/ust',
      'nt-heap/19041-x86/lfh',
      'nt-heap/26100-x64/debugflags',
    ],
  },
  {
    kind: 'segment',
    rounds: 1500,
    dumps: [
      'nt-heap/14393-x64/segment-padded',
      'nt-heap/16299-x64/mixed',
      'nt-heap/19041-x64/failure-segment-doublefree',
      'nt-heap/19041-x64/segment-heaps',
      'nt-heap/19041-x86/failure-segment-doublefree',
      'nt-heap/19041-x86/segment-padded',
      'nt-heap/22000-x64/mixed',
      'nt-heap/26100-x64/mixed',
    ],
  },
  { kind: 'page', rounds: 1500, dumps: ['nt-heap/2600-x86/pageheap', 'nt-heap/2600-x86/pageheap-light'] },
  {
    kind: 'wine',
    rounds: 2500,
    dumps: ['lab/x86-static-O0/privrw', 'lab/x64-static-O2/privrw', 'lab/x64-dll-O0/privrw'],
  },
];

interface Subject {
  readonly path: string;
  readonly dump: MutableDump;
  readonly sound: readonly HeapSnapshot[];
  readonly prints: readonly number[];
  /** what the walk of each heap took, nothing remembered from the others */
  readonly work: readonly HeapWork[];
  /** bytes for all heaps */
  readonly totalBytes: number;
  /** positions of the heaps of the kind */
  readonly victims: readonly number[];
}

async function open(path: string, kind: HeapKind): Promise<Subject> {
  const dump = await MutableDump.open(`${path}.dmp.gz`);
  const count = dump.heaps().heaps.length;
  const sound: HeapSnapshot[] = [];
  const work: HeapWork[] = [];
  for (let i = 0; i < count; i++) {
    const set = dump.heaps();
    const { result, ...took } = await countReads(() => set.snapshot(i));
    sound.push(result);
    work.push(took);
  }
  const totalBytes = work.reduce((sum, { bytes }) => sum + bytes, 0);
  const victims = [...sound.keys()].filter((i) => sound[i]?.reference.kind === kind);
  return { path, dump, sound, prints: sound.map(fingerprint), work, totalBytes, victims };
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

/**
 * Whether two heaps keep something in each other: a page heap its blocks in the normal heap behind it, ntdll up to 16299
 * its descriptions of large blocks in a heap of their own. Damage to one is damage to the other then.
 */
function share(a: HeapSnapshot, b: HeapSnapshot): boolean {
  return liesIn(a, b) || liesIn(b, a);
}

function liesIn({ owners, reference }: HeapSnapshot, { segments }: HeapSnapshot): boolean {
  const inside = (address: bigint): boolean => segments.some((s) => address >= s.start && address < s.end);
  return inside(reference.address) || owners.some(({ address }) => inside(address));
}

describe.skipIf(!hasCorpus).each(KINDS)('damaged heaps: $kind', ({ kind, rounds, dumps }) => {
  let subjects: Subject[] = [];
  beforeAll(async () => {
    subjects = [];
    for (const path of dumps) subjects.push(await open(path, kind));
  });

  it(`are walked to the end, ${rounds * TIMES} times`, async () => {
    let found = 0;
    let compared = 0;
    for (let round = 0; round < rounds * TIMES; round++) {
      const next = seeded(round + 1);
      const subject = subjects[round % subjects.length];
      const index = subject?.victims[next(subject.victims.length)] ?? -1;
      const heap = subject?.sound[index];
      if (!subject || !heap) throw new Error('no heap');
      const { dump, sound, prints } = subject;
      mutate(dump, heap, sound, next);
      try {
        const set = dump.heaps();
        const at = set.indexOf(heap.reference.address);
        if (at >= 0) {
          const { result: snapshot, ...work } = await countReads(() => set.snapshot(at));
          expectFrugal(subject, index, work);
          inOrder(snapshot);
          found += snapshot.errors > 0 ? 1 : 0;
          if (round % 8 === 0) await alsoAsked(subject, at, snapshot);
        }
        // the lists of heaps lie in the process heap: where they are damaged, heaps are missing
        const other = next(sound.length);
        const untouched = sound[other];
        if (untouched && !share(heap, untouched) && set.heaps.length === sound.length) {
          const there = set.indexOf(untouched.reference.address);
          if (there >= 0) expect(fingerprint(await set.snapshot(there))).toBe(prints[other]);
          compared++;
        }
      } catch (e) {
        if (!(e instanceof NotAvailable)) throw new Error(`round ${round}, ${subject.path}`, { cause: e });
      } finally {
        dump.mend();
      }
    }
    // damage in headers is seen: most rounds change more than the program's data
    expect(found).toBeGreaterThan((rounds * TIMES) / 4);
    expect(compared).toBeGreaterThan((rounds * TIMES) / 4);
  }, 3_600_000);
});

/**
 * No more than twice the work of the sound heap: in reads of this heap alone; in bytes taken out of the dump of all its
 * heaps together, as `!heap -s` walks them, for a search for sound headers looks into blocks that a walk steps over. What
 * is looked through is no more than the heap has, once to find the front end's key and once to walk.
 */
function expectFrugal({ sound, work, totalBytes }: Subject, index: number, now: HeapWork): void {
  const clean = work[index];
  const heap = sound[index];
  if (!clean || !heap) throw new Error('no heap');
  expect(now.reads, 'reads').toBeLessThanOrEqual(2 * clean.reads);
  expect(totalBytes - clean.bytes + now.bytes, 'bytes of all heaps').toBeLessThanOrEqual(2 * totalBytes);
  const reserved = heap.segments.reduce((sum, { start, end }) => sum + Number(end - start), 0);
  expect(now.searched, 'bytes that were searched').toBeLessThanOrEqual(2 * reserved);
}

/** The other ways to ask: counts alone, and the stacks of allocations. */
async function alsoAsked({ dump }: Subject, at: number, { errors, blocks }: HeapSnapshot): Promise<void> {
  expect((await dump.heaps().summary(at)).errors).toBe(errors);
  const set = dump.heaps();
  const snapshot = await set.snapshot(at);
  for (const view of dump.views()) {
    const traces = new StackTraces(view);
    for (let k = 0; k < blocks.length; k += 16) traces.ofBlock(snapshot, k);
  }
}

describe.skipIf(!hasCorpus)('a single damaged header', () => {
  it('hides no other block', async () => {
    // since Vista headers are coded, so that damage shows; there the walk goes on at the very next block
    const coded = KINDS.flatMap(({ kind, dumps }) => (kind === 'nt' ? dumps : [])).filter(
      (d) => !d.includes('2600'),
    );
    const subjects = await Promise.all(coded.map((path) => open(path, 'nt')));
    for (let round = 0; round < 500 * TIMES; round++) {
      const next = seeded(1000 + round);
      const subject = subjects[round % subjects.length];
      const index = subject?.victims[next(subject.victims.length)] ?? -1;
      const heap = subject?.sound[index];
      const victim = heap?.blocks.at(next(heap.blocks.length));
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

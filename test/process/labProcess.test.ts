import { beforeAll, describe, expect, it } from 'vitest';
import {
  claimedRegions,
  findRegion,
  findUnlinkedSections,
  imageClaims,
  listCriticalSections,
  listedRegions,
  MEM_COMMIT,
  MEM_IMAGE,
  MEM_MAPPED,
  MEM_PRIVATE,
  MEM_RESERVE,
  type MemoryRegion,
  pebClaims,
  type ProcessView,
  readCriticalSection,
  readLoaderList,
  readPeb,
  readStaticTls,
  readTeb,
  readTlsSlot,
  readTlsSlots,
  threadClaims,
} from '../../core/process/index.ts';
import { readU32 } from '../../core/target/index.ts';
import { hasCorpus } from '../corpus.ts';
import { labImages, openView, processCases, type VirtualName } from './openCase.ts';

const cases = hasCorpus ? processCases() : [];
/** Dumps that hold the private memory, where PEB, TEBs, heaps and data lie. */
const WITH_PRIVATE_MEMORY = ['privrw', 'full'];
const everyDump = cases.flatMap((lab) =>
  WITH_PRIVATE_MEMORY.filter((kind) => lab.dumps[kind] !== undefined).map((kind) => ({
    title: `${lab.name} ${kind}`,
    lab,
    path: lab.dumps[kind] ?? '',
  })),
);

describe.skipIf(!hasCorpus)('a process against what it printed of itself', () => {
  it('has the cases that it is meant to have', () => {
    expect(cases.map((c) => c.name)).toHaveLength(13);
    expect(everyDump.length).toBeGreaterThanOrEqual(13);
  });

  describe.each(everyDump)('$title', ({ lab, path }) => {
    const { truth } = lab;
    let view: ProcessView;

    beforeAll(async () => {
      view = await openView(path, labImages(lab));
    });

    it('PEB: parameters, environment, heap, image base', () => {
      expect(view.target.peb(view.machine)).toBe(BigInt(truth.peb));
      const peb = readPeb(view, BigInt(truth.peb));
      expect(peb.inDump).toBe(true);
      expect(peb.ImageBaseAddress).toBe(BigInt(truth.modules[0]?.base ?? 0));
      expect(peb.ProcessHeap).toBe(BigInt(truth.heaps['process'] ?? 0));
      expect(peb.NumberOfProcessors).toBe(truth.cpus);
      expect(`${peb.OSMajorVersion}.${peb.OSMinorVersion}.${peb.OSBuildNumber}`).toBe(truth.os);
      expect(peb.parameters?.CommandLine).toBe(truth.command_line);
      expect(peb.parameters?.ImagePathName).toBe(truth.image_path);
      expect(peb.parameters?.CurrentDirectory).toBe(`${truth.cwd}\\`);
      const environment = peb.parameters?.environment;
      expect(environment?.truncated).toBe(false);
      for (const [name, value] of Object.entries(truth.env)) {
        expect(environment?.variables).toContainEqual({ name, value });
      }
    });

    it('loader lists: the modules, by base, size and path', () => {
      const { loaderData } = readPeb(view, BigInt(truth.peb));
      const expected = truth.modules.map((m) => [BigInt(m.base), m.size, m.path]);
      if (!loaderData) throw new Error('no loader data');
      for (const order of ['load', 'memory', 'initialization'] as const) {
        const list = readLoaderList(view, loaderData, order);
        expect(list.end).toBe('complete');
        const found = list.entries.map((e) => [e.DllBase, e.SizeOfImage, e.FullDllName]);
        if (order === 'load') expect(found).toEqual(expected);
        // the program itself is not initialized as a DLL
        else expect(expected).toEqual(expect.arrayContaining(found));
        expect(found).toHaveLength(order === 'initialization' ? expected.length - 1 : expected.length);
      }
    });

    it('TEBs: ids, last errors, TLS slots, static TLS', () => {
      for (const thread of truth.threads) {
        const teb = readTeb(view, BigInt(thread.teb));
        const label = `${lab.name} ${thread.name}`;
        // a thread that was created suspended printed no TEB: it never ran
        if (BigInt(thread.teb) === 0n) continue;
        expect(teb.Self, label).toBe(BigInt(thread.teb));
        expect(teb.ProcessEnvironmentBlock, label).toBe(BigInt(truth.peb));
        expect(teb.ClientId, label).toEqual({
          UniqueProcess: BigInt(truth.pid),
          UniqueThread: BigInt(thread.tid),
        });
        expect(teb.LastErrorValue, label).toBe(thread.last_error);
        expect(readTlsSlot(view, teb, thread.tls_slot), label).toBe(BigInt(thread.tls_value));
        const slots = readTlsSlots(view, teb, BigInt(truth.peb));
        expect(slots, label).toContainEqual({
          index: thread.tls_slot,
          allocated: true,
          value: BigInt(thread.tls_value),
        });
        const variable = BigInt(thread.static_tls_addr);
        const owner = readStaticTls(view, teb).find(
          ({ block, size }) => block && block <= variable && variable < block + BigInt(size),
        );
        expect(owner?.module.path, label).toBe(truth.modules[0]?.path);
        expect(readU32(view.target.memory, variable), label).toBe(thread.static_tls_value);
      }
    });

    it('the locked critical section, with its owner and waiter', () => {
      const { locks } = truth;
      const section = readCriticalSection(view, BigInt(locks.g_cs));
      expect(section.OwningThread).toBe(BigInt(locks.owner_tid));
      expect(section.LockCount).toBe(locks.lock_count);
      expect(section.RecursionCount).toBe(locks.recursion);
      // one thread, lockwaiter, is blocked on it
      expect(section.state).toEqual({ locked: true, waiters: 1 });
      expect(section.orphaned).toBe(false);
    });

    it('finds that section without being told where it is', () => {
      const { LoaderLock } = readPeb(view, BigInt(truth.peb));
      if (!LoaderLock) throw new Error('no loader lock');
      // Wine links debug information to nothing
      const list = listCriticalSections(view, LoaderLock);
      expect(list).toMatchObject({ unlinked: true, end: 'complete' });
      const found = new Set<bigint>();
      for (const scan of findUnlinkedSections(view, { start: 0n, end: 1n << 48n })) {
        for (const address of scan.found) found.add(address);
      }
      expect(found).toContain(LoaderLock);
      const locked = [...found].filter((a) => readCriticalSection(view, a).state?.locked);
      expect(locked).toContain(BigInt(truth.locks.g_cs));
    });

    it('handles: their types and names', () => {
      const handles = view.target.dump?.handles ?? [];
      const TYPES: Record<string, string> = {
        event: 'Event',
        semaphore: 'Semaphore',
        mutant: 'Mutant',
        section: 'Section',
      };
      for (const [variable, words] of Object.entries(truth.handles)) {
        const [value = '', type = '', name = ''] = words.split(' ');
        const handle = handles.find((h) => h.handle === BigInt(value));
        expect(handle?.typeName, variable).toBe(TYPES[type]);
        expect(handle?.objectName.endsWith(name), `${variable} ${handle?.objectName}`).toBe(true);
      }
    });

    it('regions: state, type and protection of what it allocated', () => {
      const base = listedRegions(view.target);
      if (!base) throw new Error('no memory info list');
      expect(base.source).toBe('memory info list');
      const regions = claimedRegions(view.target, base, []);
      // of the allocation called guard the second page is the guard page
      const at = (name: VirtualName): MemoryRegion | undefined =>
        findRegion(regions, BigInt(truth.virtual[name]) + (name === 'guard' ? 0x1000n : 0n));
      const expected: Record<VirtualName, Partial<MemoryRegion>> = {
        rw: { state: MEM_COMMIT, protect: 0x04, type: MEM_PRIVATE },
        ro: { state: MEM_COMMIT, protect: 0x02, type: MEM_PRIVATE },
        rwx: { state: MEM_COMMIT, protect: 0x40, type: MEM_PRIVATE },
        reserved: { state: MEM_RESERVE, type: MEM_PRIVATE },
        reserved_commit: { state: MEM_COMMIT, protect: 0x04, type: MEM_PRIVATE },
        noaccess: { state: MEM_COMMIT, protect: 0x01, type: MEM_PRIVATE },
        guard: { state: MEM_COMMIT, protect: 0x104, type: MEM_PRIVATE },
        view: { state: MEM_COMMIT, type: MEM_MAPPED },
      };
      for (const name of Object.keys(expected) as VirtualName[]) {
        expect(at(name), `${lab.name} ${name}`).toMatchObject(expected[name]);
      }
    });

    it('regions: images, stacks, TEBs, the PEB and heaps by their use', () => {
      const base = listedRegions(view.target);
      if (!base) throw new Error('no memory info list');
      const claims = [...imageClaims(view), ...threadClaims(view), ...pebClaims(view, base)];
      const regions = claimedRegions(view.target, base, claims);
      for (const m of truth.modules) {
        const region = findRegion(regions, BigInt(m.base));
        expect(region?.usage, m.path).toBe('Image');
        expect(region?.module?.path).toBe(m.path);
        expect(region?.type).toBe(MEM_IMAGE);
      }
      expect(findRegion(regions, BigInt(truth.peb))?.usage).toBe('PEB');
      expect(findRegion(regions, BigInt(truth.heaps['process'] ?? 0))?.usage).toBe('Heap');
      for (const thread of truth.threads) {
        if (BigInt(thread.teb) === 0n) continue;
        expect(findRegion(regions, BigInt(thread.teb))).toMatchObject({ usage: 'TEB', inDump: 'all' });
        for (const frame of thread.frames_innermost_first) {
          const region = findRegion(regions, BigInt(frame.return_slot));
          expect(region?.usage, `${thread.name} ${frame.func}`).toBe('Stack');
          expect(region?.thread?.id).toBe(thread.tid);
          expect(region?.inDump).toBe('all');
        }
      }
      // cut and rejoined, the pieces are what the list said
      expect(regions.reduce((sum, r) => sum + (r.end - r.start), 0n)).toBe(
        base.regions.reduce((sum, r) => sum + (r.end - r.start), 0n),
      );
    });
  });
});

import { describe, expect, it } from 'vitest';
import {
  derivedRegions,
  findRegion,
  imageClaims,
  listCriticalSections,
  listedRegions,
  type LoaderOrder,
  type ProcessView,
  readListedSection,
  readLoaderList,
  readPeb,
  stackOf,
  tebOf,
  threadClaims,
} from '../../core/process/index.ts';
import { hasCorpus, sharedJson } from '../corpus.ts';
import { openCorpusDump } from '../openCorpus.ts';
import { viewsOf } from './openCase.ts';

/** What other tools say of the dumps (corpus/public/README.md). */
interface DumpFacts {
  readonly main: string;
  readonly peb: string | null;
  readonly pebReadable: boolean;
  readonly osver: string;
}

const facts = hasCorpus ? sharedJson<Record<string, DumpFacts>>('corpus/public/dumps.json') : {};
const dumps = Object.entries(facts).map(([name, fact]) => ({ name, fact }));
const withPeb = dumps.filter(({ fact }) => fact.pebReadable);

const open = (name: string): Promise<ProcessView[]> => viewsOf(openCorpusDump(`public/dumps/${name}.gz`));

function lastPart(path: string | null | undefined): string | undefined {
  return path?.split('\\').at(-1)?.toLowerCase();
}

describe.skipIf(!hasCorpus)('processes of Windows in public dumps', () => {
  it.each(withPeb)('$name: its PEB', async ({ name, fact }) => {
    const [view] = await open(name);
    if (!view) throw new Error('no view');
    const address = view.target.peb(view.machine);
    expect(address).toBe(BigInt(fact.peb ?? 0));
    const peb = readPeb(view, address ?? 0n);
    expect(peb.inDump).toBe(true);
    expect(lastPart(peb.parameters?.ImagePathName)).toBe(fact.main.toLowerCase());
    expect(peb.parameters?.CommandLine?.toLowerCase()).toContain(fact.main.toLowerCase().replace('.exe', ''));
    expect(peb.parameters?.environment?.variables.length).toBeGreaterThan(20);
    // Crashpad keeps only the first half of the PEB
    if (typeof peb.OSBuildNumber === 'number') {
      expect(`${peb.OSMajorVersion}.${peb.OSMinorVersion}.${peb.OSBuildNumber}`).toBe(fact.osver);
    }
    expect(peb.ImageBaseAddress).toBe(
      [...view.target.modules].find((m) => lastPart(m.path) === fact.main.toLowerCase())?.base,
    );
  });

  it.each(dumps.filter(({ fact }) => !fact.pebReadable))('$name: no PEB', async ({ name }) => {
    for (const view of await open(name)) {
      const address = view.target.peb(view.machine);
      expect(address === undefined || !readPeb(view, address).inDump).toBe(true);
      // what is not there is said to be so, and nothing is invented
      const [thread] = view.target.threads;
      expect(thread && tebOf(view, thread)?.LastErrorValue).not.toBeTypeOf('number');
    }
  });

  const WOW64 = 'llvm_fizzbuzz-wow64-26d926_x64wow64_win7.dmp';
  it('both PEBs, TEBs and loaders of a WOW64 process', async () => {
    const [native, narrow] = await open(WOW64);
    if (!native || !narrow) throw new Error('two views');
    expect(native.machine.kind).toBe('x64');
    expect(narrow.machine.kind).toBe('x86');
    const peb = readPeb(native, native.target.peb(native.machine) ?? 0n);
    const peb32 = readPeb(narrow, narrow.target.peb(narrow.machine) ?? 0n);
    expect(peb32.ImageBaseAddress).toBe(peb.ImageBaseAddress);
    expect(peb32.parameters?.CommandLine).toBe(peb.parameters?.CommandLine);
    expect(peb32.parameters?.ImagePathName).toBe(peb.parameters?.ImagePathName);
    // the two loaders' lists are together what the dump's writer listed
    const bases = [[native, peb] as const, [narrow, peb32] as const].flatMap(([view, { loaderData }]) =>
      loaderData ? readLoaderList(view, loaderData, 'load').entries.map((e) => e.DllBase) : [],
    );
    expect(new Set(bases)).toEqual(new Set([...native.target.modules].map((m) => m.base)));
    const [thread] = native.target.threads;
    const teb = thread && tebOf(native, thread);
    const teb32 = thread && tebOf(narrow, thread);
    expect(teb?.ClientId).toEqual(teb32?.ClientId);
    expect(teb?.ClientId.UniqueThread).toBe(BigInt(thread?.id ?? 0));
    expect(teb?.ExceptionList).toBe(teb32?.address);
    expect(teb32?.ProcessEnvironmentBlock).toBe(peb32.address);
    // both stacks are allocations of their own
    const base = listedRegions(native.target);
    for (const view of [native, narrow]) {
      const stack = thread && stackOf(view, thread);
      const sp = thread?.context(view.machine)?.sp ?? 0n;
      expect(stack && stack.start <= sp && sp < stack.end, view.machine.kind).toBe(true);
      expect(base && stack && findRegion(base.regions, stack.start)?.allocationBase).toBe(stack?.start);
    }
  });

  it('images in each loader list are the dump’s modules, with their sizes', async () => {
    const orders: readonly LoaderOrder[] = ['load', 'memory', 'initialization'];
    let compared = 0;
    for (const { name } of withPeb) {
      for (const view of await open(name)) {
        const { loaderData } = readPeb(view, view.target.peb(view.machine) ?? 0n);
        for (const order of loaderData ? orders : []) {
          const { entries } = readLoaderList(view, loaderData ?? never(), order);
          for (const { DllBase, SizeOfImage, BaseDllName } of entries) {
            if (!DllBase) continue;
            const module = view.target.modules.find(DllBase);
            expect(module?.base, `${name} ${BaseDllName}`).toBe(DllBase);
            expect(SizeOfImage, `${name} ${BaseDllName}`).toBe(module?.size);
            if (BaseDllName) expect(module?.fileName.toLowerCase()).toBe(BaseDllName.toLowerCase());
            compared++;
          }
        }
      }
    }
    expect(compared).toBeGreaterThan(100);
  });

  it('critical sections of Windows 7: the list is whole, each section leads back, none is locked', async () => {
    for (const view of await open(WOW64)) {
      const { LoaderLock } = readPeb(view, view.target.peb(view.machine) ?? 0n);
      const list = listCriticalSections(view, LoaderLock ?? 0n);
      expect(list?.end).toBe('complete');
      const sections = list?.debugInfos.map((d) => readListedSection(view, d)) ?? [];
      expect(sections.length).toBeGreaterThan(9);
      for (const { debugInfo, section, orphaned } of sections) {
        const where = debugInfo.toString(16);
        expect(orphaned, where).toBe(false);
        expect(section?.DebugInfo, where).toBe(debugInfo);
        // the process stands in a system call of its only thread
        expect(section?.state?.locked, where).toBe(false);
        expect(section?.OwningThread, where).toBe(0n);
      }
    }
  });

  it('regions without a MemoryInfoList cover all that the dump holds', async () => {
    for (const { name } of dumps) {
      const [view] = await open(name);
      if (!view || listedRegions(view.target)) continue;
      const claims = [...imageClaims(view), ...threadClaims(view)];
      const { regions, source } = derivedRegions(view.target, claims);
      expect(source).toBe('derived');
      const { memory } = view.target.dump ?? never();
      for (let i = 0; i < memory.count; i++) {
        expect(findRegion(regions, memory.start(i))?.state, name).toBe(0x1000);
        expect(findRegion(regions, memory.end(i) - 1n)?.state, name).toBe(0x1000);
      }
      for (const m of view.target.modules)
        expect(findRegion(regions, m.base)?.allocationBase, name).toBe(m.base);
      for (let i = 1; i < regions.length; i++) {
        expect((regions[i - 1]?.end ?? 0n) <= (regions[i]?.start ?? 0n), name).toBe(true);
      }
    }
  });
});

function never(): never {
  throw new Error('not there');
}

import { describe, expect, it } from 'vitest';
import { freersOf, mayFree, type CrtModule } from '../../core/crt/index.ts';
import { openTargetCrt } from './labCrt.ts';
import { type MadeModule, madeProcess } from './madeProcess.ts';

const HEAP = ['HeapAlloc', 'HeapFree', 'HeapReAlloc', 'HeapSize'];
const STARTUP =
  'GetStdHandle GetFileType GetStartupInfoA GetCPInfo GetACP GetOEMCP IsValidCodePage FreeEnvironmentStringsW GetStringTypeW LCMapStringW RtlUnwind TlsAlloc';
const CALLS = ['FF742404 6A00 FF35{+16} FF15{HeapAlloc} C3', 'FF742404 6A00 FF35{+16} FF15{HeapFree} C3'];
const FROM_PROCESS_HEAP = ['FF15{GetProcessHeap} A3{+16} C3', ...CALLS];
const FROM_CREATE = ['6A00 6800100000 6A00 FF15{HeapCreate} A3{+16} C3', ...CALLS];

function app(extra: Partial<MadeModule>): MadeModule {
  return { path: 'C:\\app\\app.exe', base: 0x400000, ...extra };
}

/** A runtime's DLL with its handle at +16 of the data, as its exported code and calls have it. */
function runtime(path: string, base: number, heap: number, extra: Partial<MadeModule> = {}): MadeModule {
  return {
    path,
    base,
    imports: [{ dll: 'KERNEL32.dll', names: ['HeapCreate', ...HEAP] }],
    code: FROM_CREATE,
    data: { 16: heap },
    ...extra,
  };
}

const staticUcrt = (path: string, base: number, heap: number): MadeModule => ({
  path,
  base,
  imports: [{ dll: 'KERNEL32.dll', names: ['GetProcessHeap', ...HEAP, ...STARTUP.split(' ')] }],
  code: FROM_PROCESS_HEAP,
  data: { 16: heap },
});

async function detect(...modules: MadeModule[]) {
  const { map, target } = await openTargetCrt(madeProcess(modules));
  const row = (name: string): CrtModule | undefined => {
    const module = target.modules.byName(name);
    return module && map.of(module);
  };
  return { map, row };
}

describe('runtimes that are DLLs', () => {
  it('are told apart by where import slots point, though they have one name', async () => {
    const { row, map } = await detect(
      app({ imports: [{ dll: 'MSVCR90.dll', names: ['malloc', 'free'], from: 0x20000000 }] }),
      runtime('C:\\Windows\\WinSxS\\x86_a\\MSVCR90.dll', 0x10000000, 0x150000),
      runtime('C:\\Windows\\WinSxS\\x86_b\\MSVCR90.dll', 0x20000000, 0x250000),
    );
    expect(map.runtimes).toHaveLength(2);
    expect(row('app')?.runtime?.module.base).toBe(0x20000000n);
    expect(row('app')?.runtime?.handle?.value).toBe(0x250000n);
  });

  it('are not guessed where two have the name and no slot tells', async () => {
    const { row } = await detect(
      app({ imports: [{ dll: 'MSVCR90.dll', names: ['malloc', 'free'] }] }),
      runtime('C:\\a\\MSVCR90.dll', 0x10000000, 0x150000),
      runtime('C:\\b\\MSVCR90.dll', 0x20000000, 0x250000),
    );
    expect(row('app')).toMatchObject({ linkage: 'dynamic', runtime: undefined, runtimeName: 'MSVCR90.dll' });
    expect(row('app')?.notes.join()).toMatch(/2 copies of MSVCR90.dll/);
  });

  it('stand behind API sets, and behind delayed imports', async () => {
    const { row } = await detect(
      app({
        imports: [
          { dll: 'api-ms-win-crt-runtime-l1-1-0.dll', names: ['exit'] },
          { dll: 'api-ms-win-crt-heap-l1-1-0.dll', names: ['malloc', 'free'] },
        ],
      }),
      { path: 'C:\\app\\late.dll', base: 0x500000, delayed: [{ dll: 'msvcr100.dll', names: ['free'] }] },
      runtime('C:\\Windows\\System32\\ucrtbase.dll', 0x10000000, 0x150000),
    );
    expect(row('app')?.runtime?.name).toBe('ucrtbase.dll');
    expect(row('app')?.evidence[0]?.text).toMatch(/2 API sets/);
    expect(row('late')).toMatchObject({ linkage: 'dynamic', runtimeName: 'msvcr100.dll' });
    expect(row('late')?.evidence[0]?.text).toMatch(/delayed/);
    expect(row('late')?.notes).toEqual(['msvcr100.dll is not loaded']);
  });

  it('are the ones that allocate, where a module imports two', async () => {
    const { row } = await detect(
      app({
        imports: [
          { dll: 'msvcrt.dll', names: ['printf', 'strlen', 'strcpy', 'exit'], from: 0x10000000 },
          { dll: 'MSVCR100.dll', names: ['malloc', 'free'], from: 0x20000000 },
        ],
      }),
      runtime('C:\\Windows\\System32\\msvcrt.dll', 0x10000000, 0x150000),
      runtime('C:\\app\\MSVCR100.dll', 0x20000000, 0x250000),
    );
    expect(row('app')?.runtime?.name).toBe('MSVCR100.dll');
    expect(row('app')?.others).toEqual([]);
  });

  it('are an allocator that has taken over, where slots point into one', async () => {
    const { row, map } = await detect(
      app({
        imports: [{ dll: 'api-ms-win-crt-heap-l1-1-0.dll', names: ['malloc', 'free'], from: 0x30000000 }],
      }),
      runtime('C:\\Windows\\System32\\ucrtbase.dll', 0x10000000, 0x150000),
      { path: 'C:\\app\\mimalloc.dll', base: 0x30000000 },
    );
    expect(row('app')?.runtime).toMatchObject({ name: 'mimalloc.dll', family: 'own', handle: undefined });
    const [ucrt, mimalloc] = map.runtimes;
    expect(ucrt && mimalloc && mayFree(mimalloc, ucrt).answer).toBe('no');
  });

  it('are known by name alone in a small dump, with what is not known said', async () => {
    const list = (path: string, base: number): MadeModule => ({ path, base, withoutImage: true });
    const { row, map } = await detect(
      { ...app({}), withoutImage: true },
      { ...list('C:\\Windows\\System32\\msvcr120d.dll', 0x10000000), version: [12, 0, 21005, 1] },
      list('C:\\Windows\\System32\\msvcp120d.dll', 0x20000000),
      list('C:\\Windows\\System32\\ntdll.dll', 0x70000000),
    );
    expect(row('app')?.linkage).toBe('unknown');
    expect(row('app')?.runtime).toBeUndefined();
    expect(row('app')?.notes.join()).toMatch(/neither in the dump nor among the image files/);
    expect(row('msvcr120d')?.runtime).toMatchObject({
      version: '12.0.21005.1',
      debug: true,
      handle: undefined,
    });
    expect(row('msvcp120d')).toMatchObject({ linkage: 'dynamic', debug: true });
    expect(row('msvcp120d')?.runtime?.name).toBe('msvcr120d.dll');
    expect(row('ntdll')?.linkage).toBe('none');
    expect(map.runtimes).toHaveLength(1);
  });
});

describe('runtimes that are linked in', () => {
  it('are known by start-up imports and code; one on the process heap only seems harmless', async () => {
    const { row, map } = await detect(
      staticUcrt('C:\\app\\app.exe', 0x400000, 0x150000),
      staticUcrt('C:\\app\\plugin.dll', 0x10000000, 0x150000),
    );
    expect(row('plugin')).toMatchObject({ linkage: 'static', debug: false });
    expect(row('plugin')?.runtime?.handle).toMatchObject({ variable: 0x10006010n, value: 0x150000n });
    const [a, b] = map.runtimes;
    const verdict = a && b && mayFree(a, b);
    expect(verdict?.answer).toBe('works today');
    expect(verdict?.reason).toMatch(/by accident/);
    const freers = a && freersOf(map, a);
    expect(freers?.may.map((m) => m.name)).toEqual(['app']);
    expect(freers?.worksToday.map((m) => m.name)).toEqual(['plugin']);
  });

  it('are known by how they make their heap, and hold different ones', async () => {
    const own = (path: string, base: number, heap: number): MadeModule => runtime(path, base, heap);
    const { row, map } = await detect(
      own('C:\\app\\app.exe', 0x400000, 0x150000),
      own('C:\\app\\plugin.dll', 0x10000000, 0x250000),
    );
    expect(row('app')).toMatchObject({ linkage: 'static' });
    const [a, b] = map.runtimes;
    expect(a && b && mayFree(a, b)).toMatchObject({ answer: 'no' });
    expect(map.usersOfHeap(0x250000n).map((r) => r.module.name)).toEqual(['plugin']);
  });

  it('are debug ones where the debug heap has left its texts, and then free nothing else on the same heap', async () => {
    const debug: MadeModule = {
      ...staticUcrt('C:\\app\\app.exe', 0x400000, 0x150000),
      texts: ['_CrtIsValidHeapPointer(block)'],
    };
    const { row, map } = await detect(debug, staticUcrt('C:\\app\\release.dll', 0x10000000, 0x150000), {
      ...debug,
      path: 'C:\\app\\other.dll',
      base: 0x20000000,
    });
    expect(row('app')?.debug).toBe(true);
    expect(row('release')?.debug).toBe(false);
    const [a, release, other] = map.runtimes;
    if (!a || !release || !other) throw new Error('three runtimes');
    expect(mayFree(a, release)).toMatchObject({ answer: 'no' });
    expect(mayFree(a, release).reason).toMatch(/begins with a header/);
    expect(mayFree(release, a).reason).toMatch(/looks for its header/);
    expect(mayFree(a, other).reason).toMatch(/list of its own/);
    expect(mayFree(a, a).answer).toBe('yes');
  });

  it('are not seen in what uses a heap without one', async () => {
    const { row, map } = await detect(
      app({
        imports: [{ dll: 'KERNEL32.dll', names: ['GetProcessHeap', ...HEAP] }],
        code: FROM_PROCESS_HEAP,
        data: { 16: 0x150000 },
      }),
      {
        // a heap of its own, and not made as runtimes make theirs
        path: 'C:\\app\\pool.dll',
        base: 0x10000000,
        imports: [{ dll: 'KERNEL32.dll', names: ['HeapCreate', ...HEAP] }],
        code: ['6A00 6800000100 6A04 FF15{HeapCreate} A3{+16} C3', ...CALLS],
        data: { 16: 0x250000 },
      },
    );
    expect(row('app')?.linkage).toBe('none');
    expect(row('pool')?.linkage).toBe('none');
    expect(map.runtimes).toEqual([]);
  });
});

describe('other toolsets', () => {
  const kernel = { dll: 'KERNEL32.dll', names: ['VirtualAlloc', 'VirtualFree', 'HeapAlloc', 'HeapFree'] };

  it('MinGW is named, and allocates in msvcrt.dll', async () => {
    const { row } = await detect(
      app({
        imports: [{ dll: 'msvcrt.dll', names: ['malloc', 'free'], from: 0x10000000 }],
        linker: [2, 38],
        sectionNames: ['.text', '.bss', '.CRT'],
      }),
      runtime('C:\\Windows\\System32\\msvcrt.dll', 0x10000000, 0x150000),
    );
    expect(row('app')).toMatchObject({ linkage: 'dynamic', toolset: 'MinGW' });
    expect(row('app')?.runtime?.handle?.value).toBe(0x150000n);
    expect(row('app')?.evidence.map((e) => e.kind)).toEqual(['imports', 'sections', 'linker']);
  });

  it.each([
    ['Delphi', { linker: [2, 25], sectionNames: ['CODE', '.rdata', 'DATA'] }],
    ['Go', { linker: [3, 0], texts: ['\xff Go buildinf:'] }],
    ['mimalloc', { linker: [14, 29], texts: ['mimalloc: warning: '] }],
    ['jemalloc', { linker: [14, 29], texts: ['<jemalloc>: Out-of-range'] }],
  ] as const)('%s has an allocator of its own, in no Win32 heap', async (name, extra) => {
    const { row, map } = await detect(app({ imports: [kernel], ...extra }));
    expect(row('app')).toMatchObject({ linkage: 'static' });
    expect(map.runtimes[0]).toMatchObject({ family: 'own', product: name, handle: undefined });
  });

  it('Rust is named beside the runtime that it links', async () => {
    const { row } = await detect(
      app({
        imports: [
          { dll: 'KERNEL32.dll', names: ['HeapAlloc', 'HeapFree', 'GetProcessHeap'] },
          { dll: 'VCRUNTIME140.dll', names: ['memcpy'] },
          { dll: 'api-ms-win-crt-heap-l1-1-0.dll', names: ['free'] },
        ],
        texts: ['/rustc/9fc6b43126469e3858e2fe86cafb4f0fd5068869\\library\\core'],
      }),
      runtime('C:\\Windows\\System32\\ucrtbase.dll', 0x10000000, 0x150000),
    );
    expect(row('app')?.runtime?.name).toBe('ucrtbase.dll');
    expect(row('app')?.evidence.find((e) => e.kind === 'strings')?.text).toMatch(/Rust's own allocations/);
  });
});

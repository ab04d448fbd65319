import { describe, expect, it } from 'vitest';
import { AwaitFirst } from '../../../core/errors/index.ts';
import {
  createSymbolService,
  exportSymbols,
  type LoadRequest,
  type ModuleSymbols,
  type SymbolLoader,
} from '../../../core/symbols/index.ts';
import type { Module, ModuleList } from '../../../core/target/index.ts';
import { exportingImage } from '../../pe/exportingImage.ts';

function module(index: number, name: string, base: bigint, size = 0x10000): Module {
  const fileName = `${name}.dll`;
  const path = `C:\\w\\${fileName}`;
  return { index, base, size, end: base + BigInt(size), path, fileName, name, timestamp: 0, checksum: 0 };
}

function moduleList(...modules: Module[]): ModuleList {
  return {
    length: modules.length,
    at: (i) => modules[i],
    find: (a) => modules.find((m) => a >= m.base && a < m.end),
    byName: (n) => modules.find((m) => [m.name, m.fileName].includes(n.toLowerCase())),
    [Symbol.iterator]: () => modules[Symbol.iterator](),
  };
}

function exporting(names: Record<string, number>): ModuleSymbols | undefined {
  return exportSymbols(
    exportingImage(Object.entries(names).map(([name, rva], i) => ({ name, ordinal: i + 1, rva }))),
  );
}

const app = module(0, 'app', 0x400000n);
const ntdll = module(1, 'ntdll', 0x7ff800000000n);
const user32 = module(2, 'user32', 0x7ff900000000n);
const modules = moduleList(app, ntdll, user32);
const SYMBOLS: Record<string, ModuleSymbols | undefined> = {
  ntdll: exporting({ RtlFreeHeap: 0x1000, NtClose: 0x2000, ZwClose: 0x2000, RtlAllocateHeap: 0x3000 }),
  user32: exporting({ CloseWindow: 0x500, DispatchMessageW: 0x600 }),
};

/** Remembers what it was asked, and whether servers were allowed. */
class Recorder implements SymbolLoader {
  readonly asked: string[] = [];

  load(m: Module, request: LoadRequest): ModuleSymbols | undefined {
    this.asked.push(`${m.name}${request.download ? ' with server' : ''}`);
    request.note({ place: `C:\\symbols\\${m.name}.pdb`, outcome: 'not found' });
    if (!request.download) request.note({ place: 'https://symbols.example', outcome: 'not asked' });
    return SYMBOLS[m.name];
  }
}

describe('describe', () => {
  const symbols = createSymbolService(modules, new Recorder());
  it.each([
    [0x7ff80000114en, 'ntdll!RtlFreeHeap+0x14e'],
    [0x7ff800001000n, 'ntdll!RtlFreeHeap'],
    [0x7ff800002014n, 'ntdll!NtClose+0x14'],
    [0x7ff80000fff0n, 'ntdll!RtlAllocateHeap+0xcff0'],
    [0x7ff800000010n, 'ntdll+0x10'],
    [0x401234n, 'app+0x1234'],
    [0x1000n, undefined],
  ])('0x%s', (address, text) => {
    expect(symbols.describe(address)).toBe(text);
  });
});

describe('loading', () => {
  it('leaves modules deferred until something asks, and asks once', () => {
    const loader = new Recorder();
    const symbols = createSymbolService(modules, loader);
    expect(symbols.status(ntdll)).toBe('deferred');
    expect(symbols.loaded(ntdll)).toBeUndefined();
    expect(loader.asked).toEqual([]);
    symbols.nearest(ntdll.base);
    symbols.nearest(ntdll.base + 0x1000n);
    symbols.describe(app.base);
    symbols.of(app);
    expect(loader.asked).toEqual(['ntdll with server', 'app with server']);
    expect(symbols.status(ntdll)).toBe('export');
    expect(symbols.status(app)).toBe('none');
    expect(symbols.reasons(ntdll)).toEqual([{ place: 'C:\\symbols\\ntdll.pdb', outcome: 'not found' }]);
  });

  it('remembers an error as the reason and lets AwaitFirst pass', () => {
    const ready = Promise.resolve();
    let tries = 0;
    const symbols = createSymbolService(modules, {
      load(m) {
        tries++;
        if (m === ntdll && tries === 1) throw new AwaitFirst(ready, 'ntdll.pdb');
        if (m === app) throw new Error('block size 3');
        return SYMBOLS[m.name];
      },
    });
    expect(() => symbols.describe(ntdll.base)).toThrow(AwaitFirst);
    expect(symbols.status(ntdll)).toBe('deferred');
    expect(symbols.describe(ntdll.base + 0x1000n)).toBe('ntdll!RtlFreeHeap');
    expect(symbols.of(app)).toBeUndefined();
    expect(symbols.reasons(app)).toEqual([
      { place: app.path, outcome: 'unreadable', detail: 'block size 3' },
    ]);
  });

  it('begins all downloads of a pattern before it waits', async () => {
    const releases: (() => void)[] = [];
    const symbols = createSymbolService(modules, {
      load(m) {
        throw new AwaitFirst(new Promise((resolve) => releases.push(resolve)), m.fileName);
      },
    });
    let thrown: unknown;
    try {
      void [...symbols.match('[nu]*!Rtl*')];
    } catch (e) {
      thrown = e;
    }
    expect(thrown).toBeInstanceOf(AwaitFirst);
    if (!(thrown instanceof AwaitFirst)) return;
    expect(thrown.what).toBe('ntdll.dll, user32.dll');
    for (const release of releases) release();
    await thrown.ready;
  });

  it('looks again after a reload, with the option that was given', () => {
    const seen: boolean[] = [];
    const symbols = createSymbolService(modules, {
      load: (m, request) => (seen.push(request.ignoreMismatch), SYMBOLS[m.name]),
    });
    symbols.of(ntdll);
    symbols.reload(ntdll, { ignoreMismatch: true });
    expect(symbols.status(ntdll)).toBe('deferred');
    symbols.of(ntdll);
    symbols.reload();
    symbols.of(ntdll);
    expect(seen).toEqual([false, true, false]);
  });
});

describe('an image that only a server has', () => {
  it('is fetched where only it can say which PDB is wanted, and that is wished for', () => {
    const fetched: string[] = [];
    const symbols = createSymbolService(modules, { load: () => undefined }, (m) => fetched.push(m.name));
    symbols.of(ntdll);
    expect(fetched).toEqual([]);
    symbols.options.fetchImages = true;
    symbols.reload();
    symbols.of(ntdll, { download: false });
    expect(fetched).toEqual([]);
    symbols.reload();
    symbols.of(ntdll);
    expect(fetched).toEqual(['ntdll']);
  });
});

describe('resolve', () => {
  it('asks only the module that the name gives', () => {
    const loader = new Recorder();
    const symbols = createSymbolService(modules, loader);
    expect(symbols.resolve('NTDLL!ntclose').map((f) => [f.symbol.name, f.address])).toEqual([
      ['NtClose', 0x7ff800002000n],
    ]);
    expect(symbols.resolve('nt!ZwClose')).toHaveLength(1);
    expect(symbols.resolve('nosuch!NtClose')).toEqual([]);
    expect(loader.asked).toEqual(['ntdll with server']);
  });

  it('searches an unqualified name in what is loaded, then locally, and asks no server', () => {
    const loader = new Recorder();
    const symbols = createSymbolService(modules, loader);
    symbols.of(user32);
    expect(symbols.resolve('DispatchMessageW')[0]?.module).toBe(user32);
    expect(symbols.resolve('!DispatchMessageW')[0]?.module).toBe(user32);
    expect(loader.asked).toEqual(['user32 with server']);
    expect(symbols.resolve('NtClose')[0]?.module).toBe(ntdll);
    expect(symbols.resolve('NoSuchName')).toEqual([]);
    expect(symbols.resolve('NoSuchName')).toEqual([]);
    expect(loader.asked).toEqual(['user32 with server', 'app', 'ntdll']);
    // what was found locally is not the last word: lm still says deferred, and an address may ask the server
    expect(symbols.status(ntdll)).toBe('deferred');
    symbols.of(ntdll);
    expect(loader.asked.at(-1)).toBe('ntdll with server');
  });

  it('takes wildcards in a name for themselves', () => {
    const symbols = createSymbolService(modules, {
      load: () => exporting({ 'S::operator*': 0x10, 'S::operator[]': 0x20, 'S::operator!': 0x30 }),
    });
    expect(symbols.resolve('app!s::operator*')[0]?.symbol.rva).toBe(0x10);
    expect(symbols.resolve('app!s::Operator[]')[0]?.symbol.rva).toBe(0x20);
    expect(symbols.resolve('S::operator!')[0]?.symbol.rva).toBe(0x30);
  });
});

describe('match', () => {
  it('matches modules and names, case ignored', () => {
    const symbols = createSymbolService(modules, new Recorder());
    const names = (pattern: string): string[] =>
      [...symbols.match(pattern)].map((f) => `${f.module.name}!${f.symbol.name}`);
    expect(names('ntdll!rtl*heap')).toEqual(['ntdll!RtlFreeHeap', 'ntdll!RtlAllocateHeap']);
    expect(names('*!*close*').sort()).toEqual(['ntdll!NtClose', 'ntdll!ZwClose', 'user32!CloseWindow']);
    expect(names('closewindow')).toEqual(['user32!CloseWindow']);
    expect(names('x*!*')).toEqual([]);
  });

  it('asks no server for a pattern over all modules', () => {
    const loader = new Recorder();
    const symbols = createSymbolService(modules, loader);
    void [...symbols.match('*!Mistyped')];
    expect(loader.asked).toEqual(['app', 'ntdll', 'user32']);
    void [...symbols.match('user*!*')];
    expect(loader.asked.at(-1)).toBe('user32 with server');
  });
});

describe('exportSymbols', () => {
  const symbols = exportSymbols(
    exportingImage([
      { name: 'Gamma', ordinal: 3, rva: 0x3000 },
      { name: 'Alpha', ordinal: 1, rva: 0x1000 },
      { name: 'Beta', ordinal: 2, rva: 0x1000 },
      { name: 'HeapAlloc', ordinal: 4, rva: 0x7000, forwarder: 'NTDLL.RtlAllocateHeap' },
      { ordinal: 12, rva: 0x5000 },
    ]),
  );

  it('takes the nearest export below', () => {
    expect(symbols?.nearest(0xfff)).toBeUndefined();
    expect(symbols?.nearest(0x1000)?.name).toBe('Alpha');
    expect(symbols?.at?.(0x1800).map((s) => s.name)).toEqual(['Alpha', 'Beta']);
    expect(symbols?.nearest(0x2fff)?.name).toBe('Alpha');
    expect(symbols?.nearest(0x3000)?.name).toBe('Gamma');
    expect(symbols?.next(0x1000)?.name).toBe('Gamma');
    expect(symbols?.next(0x0)?.name).toBe('Alpha');
    expect(symbols?.next(0x5000)).toBeUndefined();
  });

  it('names entries without a name by ordinal and leaves out forwarders', () => {
    expect(symbols?.nearest(0x9000)?.name).toBe('Ordinal12');
    expect(symbols?.find('HeapAlloc')).toEqual([]);
    expect([...(symbols?.match('*a') ?? [])].map((s) => s.name)).toEqual(['Alpha', 'Beta', 'Gamma']);
  });

  it('is nothing where an image exports nothing', () => {
    expect(exportSymbols(exportingImage([]))).toBeUndefined();
  });
});

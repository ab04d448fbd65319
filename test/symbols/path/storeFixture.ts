/** A module with a real PDB of the corpus, folders to put files into, and the wait for what is fetched. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AwaitFirst } from '../../../core/errors/index.ts';
import { FileSource, SymbolStore, type SymbolStoreOptions } from '../../../core/node/index.ts';
import { PeImage } from '../../../core/pe/index.ts';
import {
  createSymbolLoader,
  createSymbolService,
  type SymbolAttempt,
  type SymbolService,
} from '../../../core/symbols/index.ts';
import type { Module, ModuleList } from '../../../core/target/index.ts';
import { corpusFile, hasCorpus } from '../../corpus.ts';

const SIGSEGV = 'public/symbols/sigsegv.pdb/7DD47A9FC2E8499AA78EC14AE2C965A21/sigsegv.pdb';
const CRASH = 'public/symbols/crash.pdb/3249D99D0C4049318610F4E4FB0B69361/crash.pdb';
const BUSY_EXE = 'lab/x64-busy-O2/busy.exe';

export const PDB = hasCorpus ? readFileSync(corpusFile(SIGSEGV)) : Buffer.alloc(0);
/** somebody else's */
export const OTHER_PDB = hasCorpus ? readFileSync(corpusFile(CRASH)) : Buffer.alloc(0);
export const EXE = hasCorpus ? readFileSync(corpusFile(BUSY_EXE)) : Buffer.alloc(0);
export const KEY = '7DD47A9FC2E8499AA78EC14AE2C965A21';
const CODE_VIEW = { kind: 'rsds', guid: KEY.slice(0, 32), age: 1, pdb: 'D:\\build\\sigsegv.pdb' } as const;

export const module: Module = {
  index: 0,
  base: 0x7ff7_0000_0000n,
  size: 0x10000,
  end: 0x7ff7_0001_0000n,
  path: 'C:\\app\\sigsegv.exe',
  fileName: 'sigsegv.exe',
  name: 'sigsegv',
  timestamp: 0x5a000000,
  checksum: 0,
  codeView: CODE_VIEW,
};

export function busyModule(): Module {
  const source = FileSource.open(corpusFile(BUSY_EXE));
  const { timestamp, sizeOfImage: size } = PeImage.fromFile(source);
  source.close();
  return {
    ...module,
    path: 'C:\\app\\busy.exe',
    fileName: 'busy.exe',
    name: 'busy',
    timestamp,
    size,
    codeView: undefined,
  };
}

export function listOf(...modules: Module[]): ModuleList {
  return {
    length: modules.length,
    at: (i) => modules[i],
    find: (a) => modules.find((m) => a >= m.base && a < m.end),
    byName: (n) => modules.find((m) => m.name === n),
    [Symbol.iterator]: () => modules[Symbol.iterator](),
  };
}

/** A folder for one test file's work, removed by `discard`. */
export class Workbench {
  readonly root = mkdtempSync(join(tmpdir(), 'stillframe-test-'));
  private count = 0;

  folder(): string {
    const path = join(this.root, String(this.count++));
    mkdirSync(path);
    return path;
  }

  put(path: string, bytes: Uint8Array | string): string {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    return path;
  }

  /** All files below a folder, as paths from it with `/`. */
  files(folder: string): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile())
      .map((e) =>
        join(e.parentPath, e.name)
          .slice(folder.length + 1)
          .replaceAll('\\', '/'),
      )
      .sort();
  }

  discard(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export interface Setup {
  readonly store: SymbolStore;
  readonly symbols: SymbolService;
}

export function setUp(options: SymbolStoreOptions, modules = listOf(module)): Setup {
  const store = new SymbolStore(options);
  return { store, symbols: createSymbolService(modules, createSymbolLoader(store)) };
}

/** Asks, and after each wait again, as the engine does. */
export async function settled<T>(ask: () => T): Promise<T> {
  for (let waits = 0; waits < 20; waits++) {
    try {
      return ask();
    } catch (e) {
      if (!(e instanceof AwaitFirst)) throw e;
      await e.ready;
    }
  }
  throw new Error('it asks to wait for ever');
}

/** `outcome place` of each attempt, with the folder's root left out. */
export function told(attempts: readonly SymbolAttempt[], root: string): string[] {
  return attempts.map((a) => `${a.outcome}: ${a.place.replace(root, '').replaceAll('\\', '/')}`);
}

import { describe, expect, it } from 'vitest';
import { hasCorpus, shared } from '../corpus.ts';
import { openCrt } from './labCrt.ts';

const DUMP = 'public/dumps/llvm_fizzbuzz-wow64-26d926_x64wow64_win7.dmp.gz';

/** Real Windows, a 32-bit process in a 64-bit dump: corpus/public/README.md says what is true of it. */
describe.skipIf(!hasCorpus)('C runtimes of fizzbuzz-wow64', () => {
  it.each([undefined, 'corpus/public/symbols'])('with symbols of %s', async (symbols) => {
    const { target, map } = await openCrt(DUMP, undefined, symbols && shared(symbols));
    const row = (name: string) => {
      const module = target.modules.byName(name);
      const found = module && map.of(module);
      expect(found, name).toBeDefined();
      return found;
    };
    const msvcrt = row('msvcrt');
    expect(msvcrt?.runtime?.handle).toMatchObject({
      value: 0x460000n,
      variable: 0x775a0000n + 0xa004cn,
      isHeap: true,
      isProcessHeap: false,
    });
    expect(msvcrt?.evidence[0]?.kind).toBe(symbols ? 'symbol' : 'exports');
    expect(msvcrt?.runtime?.users.map((m) => m.name)).toEqual(['msvcrt', 'advapi32', 'sechost', 'sspicli']);
    const fizzbuzz = row('fizzbuzz');
    expect(fizzbuzz).toMatchObject({ linkage: 'static', debug: false, toolset: 'Visual C++ 2015' });
    expect(fizzbuzz?.runtime).toMatchObject({ family: 'ucrt', product: 'Visual C++ 2015' });
    expect(fizzbuzz?.runtime?.handle).toMatchObject({
      value: 0x700000n,
      variable: 0xe30000n + 0x32db8n,
      isHeap: true,
      isProcessHeap: true,
    });
    for (const name of ['advapi32', 'sechost', 'sspicli']) {
      expect(row(name)?.linkage).toBe('dynamic');
      expect(row(name)?.runtime).toBe(msvcrt?.runtime);
    }
    // they use Win32 heaps, and have no C runtime: rpcrt4 even keeps a handle in a variable
    for (const name of ['ntdll', 'kernel32', 'KERNELBASE', 'rpcrt4', 'CRYPTBASE', 'wow64win']) {
      expect(row(name)?.linkage, name).toBe('none');
    }
    expect(map.runtimes).toHaveLength(2);
  });
});

/** Images in the memory of real processes, with holes, bound and relocated by the loader. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PeImage, parseCodeView } from '../../core/pe/index.ts';
import { corpusFile, hasCorpus } from '../corpus.ts';
import { compareTables } from './compareWithReadobj.ts';
import { type DumpModule, dumpModules, flattened } from './dumpImages.ts';
import { hasReadobj } from './readobj.ts';

const WOW64 = 'public/dumps/llvm_fizzbuzz-wow64-26d926_x64wow64_win7.dmp.gz';

describe.skipIf(!hasCorpus)('images in a full dump of a WOW64 process on Windows 7', () => {
  const modules = hasCorpus ? dumpModules(corpusFile(WOW64)) : [];
  const imageOf = (m: DumpModule): PeImage => PeImage.fromMemory(m, m.size, m.base);

  it('have the timestamp, checksum, size and CodeView record that the module list has', () => {
    expect(modules.length).toBe(16);
    for (const m of modules) {
      const image = imageOf(m);
      // a 64-bit dumper read the file of that name in System32; the one in memory is of SysWOW64
      if (m.name.includes('api-ms-win')) continue;
      expect([image.timestamp, image.checksum, image.sizeOfImage], m.name).toEqual([
        m.timestamp,
        m.checksum,
        m.size,
      ]);
      expect(image.codeView, m.name).toEqual(parseCodeView(m.codeView));
    }
    // fizzbuzz.exe, which is listed twice, has none
    expect(modules.filter((m) => imageOf(m).codeView?.pdb.endsWith('.pdb')).length).toBe(14);
  });

  it('have in their version resources what the module list has', () => {
    let compared = 0;
    for (const m of modules) {
      const fixed = imageOf(m).versionResource()?.fixed;
      if (!m.version || !fixed) continue;
      const [a, b, c, d] = m.version;
      expect(fixed.fileVersion, m.name).toEqual([a >>> 16, a & 0xffff, b >>> 16, b & 0xffff]);
      expect(fixed.productVersion, m.name).toEqual([c >>> 16, c & 0xffff, d >>> 16, d & 0xffff]);
      compared++;
    }
    expect(compared).toBeGreaterThan(10);
    const ntdll = modules.find((m) => m.name.endsWith('ntdll.dll'));
    expect(ntdll && imageOf(ntdll).versionResource()?.tables[0]?.strings.get('CompanyName')).toBe(
      'Microsoft Corporation',
    );
  });

  it('have Rich headers whose checksum is right', () => {
    for (const m of modules) expect(imageOf(m).richHeader()?.checksumValid, m.name).toBe(true);
  });

  it.skipIf(!hasReadobj)('have the tables that llvm-readobj finds in the flattened image', () => {
    const folder = mkdtempSync(join(tmpdir(), 'stillframe-pe-'));
    try {
      for (const m of modules) {
        const file = join(folder, 'image');
        writeFileSync(file, flattened(m));
        compareTables(imageOf(m), file, m.name);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

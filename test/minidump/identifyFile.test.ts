import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { StillframeError } from '../../core/errors/index.ts';
import { Minidump } from '../../core/minidump/index.ts';
import { corpusFile, corpusList, hasCorpus } from '../corpus.ts';
import { readFileSync } from 'node:fs';

function refusal(bytes: Uint8Array): StillframeError {
  try {
    Minidump.open(new BufferSource(bytes, 'x.dmp'));
  } catch (e) {
    if (e instanceof StillframeError) return e;
    throw e;
  }
  throw new Error('it was opened');
}

function startingWith(text: string, size = 4096): Uint8Array {
  const bytes = new Uint8Array(size).fill(0x11);
  bytes.set(Uint8Array.from(text, (c) => c.charCodeAt(0)));
  return bytes;
}

describe('what is no minidump is called by its name, in one sentence', () => {
  it.each([
    ['PAGEDU64', /64-bit Windows kernel dump/],
    ['PAGEDUMP', /32-bit Windows kernel dump/],
    ['PAGEDU48', /kernel dump/],
    ['Microsoft C/C++ MSF 7.00\r\n\x1aDS', /PDB.*7\.00/],
    ['Microsoft C/C++ program database 2.00\r\n', /PDB.*2\.00/],
    ['MZ\x90\x00', /EXE or DLL/],
    ['\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00', /ELF core/],
    ['\x7fELF\x01\x02\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04', /ELF core/],
    ['\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00', /an ELF file/],
    ['\xcf\xfa\xed\xfe\x07\x00\x00\x01\x03\x00\x00\x00\x04\x00\x00\x00', /Mach-O core/],
    ['\xcf\xfa\xed\xfe\x07\x00\x00\x01\x03\x00\x00\x00\x02\x00\x00\x00', /Mach-O file/],
    ['\x1f\x8b\x08', /gzip file: inflate it first/],
    ['PK\x03\x04', /zip archive: take the dump out first/],
    ['MSCF\x00\x00\x00\x00', /cabinet/],
    ['7z\xbc\xaf\x27\x1c', /7-Zip/],
    ['PMDM', /byte order/],
    ['\x01\x02\x03\x04', /unknown kind \(it begins with 01 02 03 04\)/],
  ])('%j', (start, what) => {
    const e = refusal(startingWith(start));
    expect(e.code).toBe('not-a-dump');
    expect(e.message).toMatch(what);
    expect(e.message).not.toMatch(/\n/);
  });

  it('text, nothing, zeros, and a header that was cut off', () => {
    expect(refusal(new TextEncoder().encode('Hello, world\r\n')).message).toMatch(/text file .*48 65 6c 6c/);
    expect(refusal(new Uint8Array(0)).message).toMatch(/an empty file/);
    expect(refusal(new Uint8Array(100)).message).toMatch(/begins with zeros/);
    expect(refusal(startingWith('MDMP\x93\xa7', 20)).message).toMatch(/cut off in its header: 20 of 32/);
    expect(refusal(startingWith('M', 1)).message).toMatch(/text file/);
  });

  it('opens a dump whose version is not the known one, and says so', () => {
    const bytes = new Uint8Array(64);
    bytes.set(Uint8Array.from('MDMP', (c) => c.charCodeAt(0)));
    const dump = Minidump.open(new BufferSource(bytes));
    expect(dump.problems.map((p) => p.what)).toEqual(['the version is 0x0, not 0xa793']);
    expect(dump.threads).toEqual([]);
  });
});

describe.skipIf(!hasCorpus)('damaged and foreign files', () => {
  const files = hasCorpus ? corpusList('public/malformed').filter((name) => name.endsWith('.gz')) : [];

  it.each(files)('%s opens in part, or one sentence says what it is', (name) => {
    const bytes = new Uint8Array(readFileSync(corpusFile(`public/malformed/${name}`)));
    if (String.fromCharCode(...bytes.subarray(0, 4)) !== 'MDMP' || bytes.length < 32) {
      expect(refusal(bytes).message).toMatch(/^(not a minidump: this is|a minidump cut off)/);
      return;
    }
    const dump = Minidump.open(new BufferSource(bytes, name));
    for (const range of [dump.memory, dump.modules, dump.threads, dump.handles, dump.memoryInfos]) {
      expect(range).toBeDefined();
    }
    for (let i = 0; i < dump.memory.count; i++) {
      expect(dump.memory.fileOffset(i) + dump.memory.size(i)).toBeLessThanOrEqual(bytes.length);
    }
  });
});

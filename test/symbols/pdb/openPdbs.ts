/** The PDBs of the corpus, opened from files whose reads are counted. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { BufferSource, type ByteSource } from '../../../core/bytes/index.ts';
import { openPdb, PdbSymbols, type PdbFile, type PdbOptions } from '../../../core/symbols/pdb/index.ts';
import { corpusFile, corpusList } from '../../corpus.ts';

/** A source that adds up what is read of it. */
export class CountingSource implements ByteSource {
  bytesRead = 0;

  constructor(private readonly inner: ByteSource) {}

  get name(): string {
    return this.inner.name;
  }

  get size(): number {
    return this.inner.size;
  }

  read(offset: number, length: number): Uint8Array {
    const bytes = this.inner.read(offset, length);
    this.bytesRead += bytes.length;
    return bytes;
  }
}

export function pdbFile(path: string, options?: PdbOptions): PdbFile {
  return openPdb(new BufferSource(readFileSync(corpusFile(path)), basename(path)), options);
}

export function pdbSymbols(path: string, options?: PdbOptions): PdbSymbols {
  return new PdbSymbols(pdbFile(path, options));
}

export const MSVCRT = 'public/symbols/msvcrt.pdb/F1D253F9555C46DF8076400A52B3A9292/msvcrt.pdb';
export const NTDLL_XP = 'public/symbols/ntdll.pdb/36515FB5D04345E491F672FA2E2878C02/ntdll.pdb';
export const NTDLL_7 = 'public/symbols/ntdll.pdb/9D04EB0AA387494FBD81ED062072B99C2/ntdll.pdb';
export const NTDLL_10 = 'public/symbols/ntdll.pdb/CCC0E36120F424BE044DE630C3BD80C41/ntdll.pdb';
export const CRASH = 'public/symbols/crash.pdb/3249D99D0C4049318610F4E4FB0B69361/crash.pdb';
export const CONSOLE =
  'public/symbols/cppconsoleapplication.pdb/4F1CBD0C787F4165837B0D3AB7EFEA3A2/CppConsoleApplication.pdb';
const SIGSEGV = 'public/symbols/sigsegv.pdb/7DD47A9FC2E8499AA78EC14AE2C965A21/sigsegv.pdb';

/** The PDBs of the lab, one path for each different file name and case. */
export function labPdbs(): string[] {
  const cases = corpusList('lab').filter((name) => !name.includes('.'));
  return cases.flatMap((folder) =>
    corpusList(`lab/${folder}`)
      .filter((name) => name.endsWith('.pdb'))
      .map((name) => `lab/${folder}/${name}`),
  );
}

export function publicPdbs(): string[] {
  return [MSVCRT, NTDLL_XP, NTDLL_7, NTDLL_10, CRASH, CONSOLE, SIGSEGV];
}

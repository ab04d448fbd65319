/**
 * What holds a PDB's streams. A PDB's first bytes say which: MSF 7.00 (all linkers since 2002), MSFZ (compressed, for
 * cold storage), and forms that look like a PDB and are none that we read.
 */
import type { ByteSource } from '../../bytes/index.ts';
import { AwaitFirst, BadFormat, NotAvailable } from '../../errors/index.ts';
import { MsfFile } from './msf.ts';
import type * as Msfz from './msfz.ts';
import type { StreamReader } from './streamReader.ts';

/** Numbered streams of bytes. */
export interface PdbContainer {
  readonly streamCount: number;
  /** A stream by number; undefined where it is absent. An empty stream is there, with size 0. */
  stream(index: number): StreamReader | undefined;
}

const MSF7 = 'Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0';
const MSF2 = 'Microsoft C/C++ program database 2.00\r\n\x1aJG\0\0';
const MSFZ = 'Microsoft MSFZ Container\r\n\x1aALD\0\0';
/** The signature of ECMA-335 metadata, with which a portable .NET PDB starts. */
const PORTABLE = 'BSJB';

function startsWith(bytes: Uint8Array, magic: string): boolean {
  if (bytes.length < magic.length) return false;
  for (let i = 0; i < magic.length; i++) if (bytes[i] !== magic.charCodeAt(i)) return false;
  return true;
}

/** Few PDBs are compressed: what unpacks them is loaded with the first that is. */
let msfz: typeof Msfz | undefined;

/** Loads what `openPdb` needs for compressed PDBs, so that it throws no `AwaitFirst` for one. */
export async function loadMsfz(): Promise<void> {
  msfz = await import('./msfz.ts');
}

/**
 * Opens the container of a PDB. Throws `NotAvailable` for a known form that is not read, naming it, `BadFormat` for
 * what is no PDB, and `AwaitFirst` for the first compressed one.
 */
export function openContainer(file: ByteSource): PdbContainer {
  const head = file.read(0, 64);
  if (startsWith(head, MSF7)) return new MsfFile(file);
  if (startsWith(head, MSFZ)) {
    if (!msfz) throw new AwaitFirst(loadMsfz(), 'the reader of compressed PDBs');
    return new msfz.MsfzFile(file);
  }
  if (startsWith(head, MSF2)) {
    throw new NotAvailable(
      `${file.name}: a PDB of the old 2.00 format (Visual C++ 6 and before), which is not read`,
    );
  }
  if (startsWith(head, PORTABLE)) {
    throw new NotAvailable(`${file.name}: a portable PDB: symbols of .NET code, none of native code`);
  }
  throw new BadFormat(`${file.name}: not a PDB`);
}

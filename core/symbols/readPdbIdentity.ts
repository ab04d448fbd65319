import type { ByteSource } from '../bytes/index.ts';
import { loadMsfz, openPdb } from './pdb/index.ts';

/**
 * What a PDB is known by in a symbol store, without its age: the GUID's 32 digits, or before Visual C++ 7 the
 * signature's 8. Rejects with `BadFormat` or `NotAvailable` for what is no PDB that can be read.
 */
export async function readPdbIdentity(source: ByteSource): Promise<string> {
  await loadMsfz();
  const pdb = openPdb(source);
  return pdb.guid ?? pdb.signature.toString(16).toUpperCase().padStart(8, '0');
}

/**
 * The hash that PDBs use for names ("version 1"): 32-bit words folded by XOR, letters brought to lower case by a mask.
 * It is computed over the UTF-8 bytes of a name. Fact: PDB-UNWIND.md and LLVM docs PDB/HashTable; checked on the
 * stored hashes of every PDB of the corpus.
 */
const utf8 = new TextEncoder();

export function nameHash(name: string): number {
  return hashBytes(utf8.encode(name));
}

/** The same over bytes. Returns an unsigned 32-bit number. */
function hashBytes(bytes: Uint8Array): number {
  let result = 0;
  const words = bytes.length & ~3;
  let i = 0;
  for (; i < words; i += 4) result ^= wordAt(bytes, i);
  if (bytes.length - i >= 2) {
    result ^= (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8);
    i += 2;
  }
  if (i < bytes.length) result ^= bytes[i] ?? 0;
  result |= 0x20202020;
  result ^= result >>> 11;
  return (result ^ (result >>> 16)) >>> 0;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

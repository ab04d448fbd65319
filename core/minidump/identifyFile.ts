import type { ByteSource } from '../bytes/index.ts';

/** How far a file is read to tell what it is. */
const HEAD = 512;

interface Signature {
  readonly bytes: string;
  readonly what: string;
}

/** First bytes, one character a byte, and what such a file is. The longer ones stand before their prefixes. */
const SIGNATURES: readonly Signature[] = [
  { bytes: 'PAGEDU64', what: 'a 64-bit Windows kernel dump (PAGEDU64)' },
  { bytes: 'PAGEDUMP', what: 'a 32-bit Windows kernel dump (PAGEDUMP)' },
  { bytes: 'PAGE', what: 'a Windows kernel dump' },
  { bytes: 'USERDUMP', what: 'a user-mode dump of the time before minidumps (USERDUMP)' },
  { bytes: 'Microsoft C/C++ MSF 7.00\r\n', what: 'a PDB (program database, MSF 7.00)' },
  { bytes: 'Microsoft C/C++ program database 2.00\r\n', what: 'a PDB (program database, MSF 2.00)' },
  { bytes: 'BSJB', what: 'a portable PDB' },
  { bytes: 'MODULE ', what: 'a Breakpad symbol file' },
  { bytes: '\x7fELF', what: 'an ELF file' },
  { bytes: '\xcf\xfa\xed\xfe', what: 'a 64-bit Mach-O file' },
  { bytes: '\xce\xfa\xed\xfe', what: 'a 32-bit Mach-O file' },
  { bytes: '\xca\xfe\xba\xbe', what: 'a universal Mach-O file' },
  { bytes: '\x1f\x8b', what: 'a gzip file: inflate it first' },
  { bytes: 'PK\x03\x04', what: 'a zip archive: take the dump out first' },
  { bytes: 'PK\x05\x06', what: 'an empty zip archive' },
  { bytes: 'MSCF', what: 'a cabinet (.cab): take the dump out first' },
  { bytes: '7z\xbc\xaf\x27\x1c', what: 'a 7-Zip archive: take the dump out first' },
  { bytes: '\xfd7zXZ\x00', what: 'an xz file: inflate it first' },
  { bytes: '\x28\xb5\x2f\xfd', what: 'a zstd file: inflate it first' },
  { bytes: 'BZh', what: 'a bzip2 file: inflate it first' },
  { bytes: 'Rar!', what: 'a RAR archive: take the dump out first' },
  { bytes: 'PMDM', what: 'a minidump with its byte order reversed (big-endian)' },
];

const ELF_TYPE_OFFSET = 16;
const ELF_DATA_OFFSET = 5;
const ET_CORE = 4;
const TAR_MAGIC_OFFSET = 257;
const MACHO_FILETYPE_OFFSET = 12;
const MH_CORE = 4;

/** What a file that is no minidump is, as the rest of a sentence: `a PDB (…)`, `empty`. */
export function identifyFile(source: ByteSource): string {
  if (source.size === 0) return 'an empty file';
  const head = source.read(0, HEAD);
  if (head.length === 0) return 'a file that cannot be read';
  const text = String.fromCharCode(...head);
  const known = SIGNATURES.find((s) => text.startsWith(s.bytes));
  if (known) return refine(known, head);
  if (text.startsWith('MZ')) return 'a Windows image (EXE or DLL)';
  if (text.startsWith('ustar', TAR_MAGIC_OFFSET)) return 'a tar archive: take the dump out first';
  if (head.every((b) => b === 0)) return 'a file that begins with zeros: it was not written to the end';
  const first = [...head.subarray(0, 4)].map((b) => b.toString(16).padStart(2, '0')).join(' ');
  const textual = head.every((b) => b === 9 || b === 10 || b === 13 || (b >= 32 && b < 127));
  return textual
    ? `a text file (it begins with ${first})`
    : `a file of an unknown kind (it begins with ${first})`;
}

function refine(known: Signature, head: Uint8Array): string {
  if (known.bytes === '\x7fELF') {
    const big = head[ELF_DATA_OFFSET] === 2;
    return head[ELF_TYPE_OFFSET + (big ? 1 : 0)] === ET_CORE
      ? 'an ELF core file (of a Unix process)'
      : known.what;
  }
  if (known.what.endsWith('bit Mach-O file') && head[MACHO_FILETYPE_OFFSET] === MH_CORE) {
    return 'a Mach-O core file (of a macOS process)';
  }
  return known.what;
}

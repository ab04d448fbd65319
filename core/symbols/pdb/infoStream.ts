/** Stream 1: who the PDB is, and the streams that have names. Facts: LLVM docs PDB/PdbStream and PDB/HashTable. */
import { ByteReader, hexBytes } from '../../bytes/index.ts';
import { BadFormat } from '../../errors/index.ts';
import { textAt } from './recordText.ts';
import type { StreamReader } from './streamReader.ts';

/** The first version that has a GUID; before it the time stamp alone is the identity (NB10). */
const VC70_DEPRECATED = 19990604;
const FEATURE_VC110 = 20091201;
const FEATURE_VC140 = 20140508;
const FEATURE_NO_TYPE_MERGE = 0x4d544f4e;
const FEATURE_MINIMAL = 0x494e494d;
/** Named streams are a handful, sourcelink and natvis files included; a larger stream is damaged. */
const MAX_BYTES = 16 * 1024 * 1024;

export interface InfoStream {
  readonly version: number;
  /** time stamp of the first write; the identity of PDBs without a GUID */
  readonly signature: number;
  /** how often the PDB was written; tools that add to a PDB raise it above the DBI age */
  readonly age: number;
  /** as in a symbol store: 32 upper-case hex digits; undefined before Visual C++ 7 */
  readonly guid: string | undefined;
  /** numbers of the named streams: `/names`, `/LinkInfo`, `srcsrv` */
  readonly named: ReadonlyMap<string, number>;
  /** stream 4 holds ids */
  readonly hasIds: boolean;
  /** linked with /DEBUG:FASTLINK: most of the symbols stayed in the object files */
  readonly minimal: boolean;
}

/** A GUID as stored (three little-endian numbers, eight bytes) in the form of symbol stores. */
function guidText(bytes: Uint8Array): string {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  return hexBytes(Uint8Array.from(order, (i) => bytes[i] ?? 0)).toUpperCase();
}

/** Throws `BadFormat` where the stream is too short for its fixed part; a damaged name table gives no names. */
export function readInfoStream(stream: StreamReader): InfoStream {
  const bytes = stream.read(0, Math.min(stream.size, MAX_BYTES));
  if (bytes.length < 12) throw new BadFormat(`${stream.name}: the PDB has no info stream`);
  const reader = new ByteReader(bytes);
  const version = reader.u32(0);
  const hasGuid = version > VC70_DEPRECATED && bytes.length >= 28;
  const named = new Map<string, number>();
  let at = hasGuid ? readNamedStreams(reader, 28, named) : bytes.length;
  let hasIds = false;
  let minimal = false;
  for (; reader.has(at, 4); at += 4) {
    const feature = reader.u32(at);
    if (feature === FEATURE_VC110 || feature === FEATURE_VC140) hasIds = true;
    if (feature === FEATURE_MINIMAL) minimal = true;
    // VC110 stands alone: what follows it is no feature
    if (feature === FEATURE_VC110) break;
    if (feature !== FEATURE_VC140 && feature !== FEATURE_NO_TYPE_MERGE && feature !== FEATURE_MINIMAL) break;
  }
  return {
    version,
    signature: reader.u32(4),
    age: reader.u32(8),
    guid: hasGuid ? guidText(bytes.subarray(12, 28)) : undefined,
    named,
    hasIds,
    minimal,
  };
}

/** Fills `named`; returns where the features start. */
function readNamedStreams(reader: ByteReader, start: number, named: Map<string, number>): number {
  const end = reader.length;
  if (!reader.has(start, 4)) return end;
  const textBytes = reader.u32(start);
  const text = start + 4;
  let at = text + textBytes;
  if (!reader.has(at, 16)) return end;
  const count = reader.u32(at);
  const capacity = reader.u32(at + 4);
  at += 8;
  // two bit vectors, present and deleted: a word count, words
  for (let vector = 0; vector < 2; vector++) {
    if (!reader.has(at, 4)) return end;
    const words = reader.u32(at);
    if (words > capacity) return end;
    at += 4 + words * 4;
  }
  for (let i = 0; i < count && reader.has(at, 8); i++, at += 8) {
    const nameOffset = reader.u32(at);
    if (nameOffset < textBytes)
      named.set(textAt(reader.bytes, text + nameOffset, text + textBytes), reader.u32(at + 4));
  }
  // a counter that the linker keeps ("niMac") lies between the table and the features
  return at + 4;
}

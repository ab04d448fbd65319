/**
 * Files that a linker put into a PDB (`/NATVIS`, `/SOURCELINK`…): the streams `/src/files/NAME`, listed in
 * `/src/headerblock`. Layout: SrcHeaderBlockHeader and SrcHeaderBlockEntry of LLVM's PDB reader (RawTypes.h); the
 * entries lie in a hash table as the named streams do.
 */
import { ByteReader, decodeUtf16, decodeUtf8z } from '../../bytes/index.ts';
import type { InjectedSource } from '../model.ts';
import type { PdbFile } from './pdbFile.ts';

const VERSION = 19980827;
const HEADER_BYTES = 64;
const KEY_BYTES = 4;
const ENTRY_BYTES = 40;
const FILES = '/src/files/';
/** NatVis files are far below; a larger one is not taken. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;
const MAX_BLOCK_BYTES = 4 * 1024 * 1024;
/** More files than any project has. */
const MAX_FILES = 4096;

/** The files of a PDB that are stored as they are; a compressed one is left out. */
export function injectedSources(pdb: PdbFile): readonly InjectedSource[] {
  const stored = storedFiles(pdb);
  const sources: InjectedSource[] = [];
  for (const [name, number] of pdb.info.named) {
    if (!name.toLowerCase().startsWith(FILES) || sources.length >= MAX_FILES) continue;
    const stream = pdb.stream(number);
    const path = name.slice(FILES.length);
    const entry = stored.get(path.toLowerCase());
    if (!stream || stream.size > MAX_FILE_BYTES || (entry && entry.compression !== 0)) continue;
    sources.push({ name: entry?.file ?? path, text: textOf(stream.read(0, stream.size)) });
  }
  return sources;
}

/** UTF-16 where its mark says so, else UTF-8: what editors on Windows write. */
function textOf(bytes: Uint8Array): string {
  return bytes[0] === 0xff && bytes[1] === 0xfe ? decodeUtf16(bytes.subarray(2)) : decodeUtf8z(bytes);
}

interface StoredFile {
  /** as the linker was given it */
  readonly file: string;
  readonly compression: number;
}

/** What the header block says, by the lower-case names that streams have. */
function storedFiles(pdb: PdbFile): ReadonlyMap<string, StoredFile> {
  const files = new Map<string, StoredFile>();
  const stream = pdb.namedStream('/src/headerblock');
  if (!stream || stream.size < HEADER_BYTES || stream.u32(0) !== VERSION) return files;
  const reader = new ByteReader(stream.read(0, Math.min(stream.size, MAX_BLOCK_BYTES)));
  if (!reader.has(HEADER_BYTES, 8)) return files;
  const count = reader.u32(HEADER_BYTES);
  let at = HEADER_BYTES + 8;
  // two bit vectors, present and deleted: a word count, words
  for (let vector = 0; vector < 2; vector++) {
    if (!reader.has(at, 4)) return files;
    at += 4 + reader.u32(at) * 4;
  }
  for (let i = 0; i < count && i < MAX_FILES && reader.has(at, KEY_BYTES + ENTRY_BYTES); i++) {
    const entry = at + KEY_BYTES;
    const file = pdb.names().text(reader.u32(entry + 16));
    const virtual = pdb.names().text(reader.u32(entry + 24));
    if (file !== undefined && virtual !== undefined)
      files.set(virtual.toLowerCase(), { file, compression: reader.u8(entry + 28) });
    at += KEY_BYTES + ENTRY_BYTES;
  }
  return files;
}

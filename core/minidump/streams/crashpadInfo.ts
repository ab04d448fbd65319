import { type ByteReader, decodeUtf8z, hex, hexBytes } from '../../bytes/index.ts';
import { readLocation, type DirectoryEntry, type DumpFile, type Location } from '../dumpFile.ts';

/** An annotation object of a module; `value` is text where its type says so (1). */
export interface CrashpadAnnotation {
  readonly name: string;
  readonly type: number;
  readonly value: string | Uint8Array;
}

export interface CrashpadModule {
  /** index into the module list */
  readonly moduleIndex: number;
  readonly list: readonly string[];
  readonly simple: ReadonlyMap<string, string>;
  readonly objects: readonly CrashpadAnnotation[];
}

/** MinidumpCrashpadInfo (Crashpad's minidump_extensions.h): what an application told of itself before it crashed. */
export interface CrashpadInfo {
  readonly version: number;
  /** 8-4-4-4-12 hex digits */
  readonly reportId: string;
  readonly clientId: string;
  readonly annotations: ReadonlyMap<string, string>;
  readonly modules: readonly CrashpadModule[];
}

const INFO_SIZE = 52;
const MODULE_LINK_SIZE = 12;
const ANNOTATION_SIZE = 12;
const ANNOTATION_STRING = 1;
/** Crashpad's own limits are 64 entries and a few hundred bytes; some clients raise them. */
const MAX_ENTRIES = 4096;
const MAX_TEXT = 0x10000;

export function readCrashpadInfo(file: DumpFile, entry: DirectoryEntry): CrashpadInfo | undefined {
  const r = file.reader(entry.rva, Math.min(file.available(entry), INFO_SIZE));
  if (!r.has(0, INFO_SIZE)) {
    file.problems.add(entry.rva, `${entry.name} is too short`);
    return undefined;
  }
  const links = readList(file, readLocation(r, 44), MODULE_LINK_SIZE);
  const modules: CrashpadModule[] = [];
  for (let i = 0; i < links.count; i++) {
    const at = i * MODULE_LINK_SIZE;
    modules.push(readModule(file, links.reader.u32(at), readLocation(links.reader, at + 4)));
  }
  return {
    version: r.u32(0),
    reportId: uuid(r, 4),
    clientId: uuid(r, 20),
    annotations: readDictionary(file, readLocation(r, 36)),
    modules,
  };
}

function readModule(file: DumpFile, moduleIndex: number, location: Location): CrashpadModule {
  const r = file.reader(location.rva, Math.min(location.size, 28));
  const at = (offset: number): Location => (r.has(offset, 8) ? readLocation(r, offset) : { size: 0, rva: 0 });
  const strings = readList(file, at(4), 4);
  const objects = readList(file, at(20), ANNOTATION_SIZE);
  return {
    moduleIndex,
    list: Array.from({ length: strings.count }, (_, i) => utf8(file, strings.reader.u32(i * 4))),
    simple: readDictionary(file, at(12)),
    objects: Array.from({ length: objects.count }, (_, i) =>
      readAnnotation(file, objects.reader, i * ANNOTATION_SIZE),
    ),
  };
}

function readAnnotation(file: DumpFile, r: ByteReader, at: number): CrashpadAnnotation {
  const type = r.u16(at + 4);
  const value = counted(file, r.u32(at + 8));
  return {
    name: utf8(file, r.u32(at)),
    type,
    value: type === ANNOTATION_STRING ? decodeUtf8z(value) : value,
  };
}

function readDictionary(file: DumpFile, location: Location): ReadonlyMap<string, string> {
  const list = readList(file, location, 8);
  const entries = new Map<string, string>();
  for (let i = 0; i < list.count; i++) {
    entries.set(utf8(file, list.reader.u32(i * 8)), utf8(file, list.reader.u32(i * 8 + 4)));
  }
  return entries;
}

/** A 32-bit count and its records, as many as the location and the file hold. */
function readList(file: DumpFile, location: Location, stride: number): { reader: ByteReader; count: number } {
  const head = file.reader(location.rva, Math.min(location.size, 4));
  if (!head.has(0, 4)) return { reader: head, count: 0 };
  const fit = Math.floor((location.size - 4) / stride);
  const wanted = Math.min(head.u32(0), fit, MAX_ENTRIES);
  const reader = file.reader(location.rva + 4, wanted * stride);
  return { reader, count: Math.floor(reader.length / stride) };
}

/** MinidumpUTF8String. */
function utf8(file: DumpFile, rva: number): string {
  return decodeUtf8z(counted(file, rva));
}

/** A 32-bit length and its bytes. */
function counted(file: DumpFile, rva: number): Uint8Array {
  const head = file.reader(rva, 4);
  return head.has(0, 4) ? file.bytes(rva + 4, Math.min(head.u32(0), MAX_TEXT)) : head.bytes;
}

function uuid(r: ByteReader, at: number): string {
  const tail = hexBytes(r.slice(at + 8, 8));
  return [
    hex(r.u32(at), 8),
    hex(r.u16(at + 4), 4),
    hex(r.u16(at + 6), 4),
    tail.slice(0, 4),
    tail.slice(4),
  ].join('-');
}

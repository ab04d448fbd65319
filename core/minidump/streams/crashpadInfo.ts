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
/** Modules, strings and annotations together. Crashpad's own limit is 64 a dictionary; some clients raise it. */
const MAX_ENTRIES = 0x8000;
const MAX_TEXT = 0x10000;

export function readCrashpadInfo(file: DumpFile, entry: DirectoryEntry): CrashpadInfo | undefined {
  const r = file.reader(entry.rva, Math.min(file.available(entry), INFO_SIZE));
  if (!r.has(0, INFO_SIZE)) {
    file.problems.add(entry.rva, `${entry.name} is too short`);
    return undefined;
  }
  const lists = new CrashpadLists(file);
  const annotations = lists.dictionary(readLocation(r, 36));
  const modules = lists.map(readLocation(r, 44), MODULE_LINK_SIZE, (link, at) =>
    readModule(lists, link.u32(at), readLocation(link, at + 4)),
  );
  return { version: r.u32(0), reportId: uuid(r, 4), clientId: uuid(r, 20), annotations, modules };
}

function readModule(lists: CrashpadLists, moduleIndex: number, location: Location): CrashpadModule {
  const r = lists.file.reader(location.rva, Math.min(location.size, 28));
  const at = (offset: number): Location => (r.has(offset, 8) ? readLocation(r, offset) : { size: 0, rva: 0 });
  return {
    moduleIndex,
    list: lists.map(at(4), 4, (rva, i) => lists.utf8(rva.u32(i))),
    simple: lists.dictionary(at(12)),
    objects: lists.map(at(20), ANNOTATION_SIZE, (entry, i) => readAnnotation(lists, entry, i)),
  };
}

function readAnnotation(lists: CrashpadLists, r: ByteReader, at: number): CrashpadAnnotation {
  const type = r.u16(at + 4);
  const value = lists.counted(r.u32(at + 8));
  return {
    name: lists.utf8(r.u32(at)),
    type,
    value: type === ANNOTATION_STRING ? decodeUtf8z(value) : value,
  };
}

/** Crashpad's counted lists and strings; all lists of a dump share one bound, since they may point at each other. */
class CrashpadLists {
  private left = MAX_ENTRIES;

  constructor(readonly file: DumpFile) {}

  /** A 32-bit count and its records, as many as the location, the file and the bound hold. */
  map<T>(location: Location, stride: number, read: (records: ByteReader, at: number) => T): T[] {
    const head = this.file.reader(location.rva, Math.min(location.size, 4));
    if (!head.has(0, 4)) return [];
    const fit = Math.floor((location.size - 4) / stride);
    const records = this.file.reader(location.rva + 4, Math.min(head.u32(0), fit, this.left) * stride);
    const values: T[] = [];
    for (let at = 0; records.has(at, stride) && this.left > 0; at += stride) {
      this.left--;
      values.push(read(records, at));
    }
    return values;
  }

  /** MinidumpSimpleStringDictionary. */
  dictionary(location: Location): ReadonlyMap<string, string> {
    return new Map(this.map(location, 8, (r, at) => [this.utf8(r.u32(at)), this.utf8(r.u32(at + 4))]));
  }

  /** MinidumpUTF8String. */
  utf8(rva: number): string {
    return decodeUtf8z(this.counted(rva));
  }

  /** A 32-bit length and its bytes. */
  counted(rva: number): Uint8Array {
    const head = this.file.reader(rva, 4);
    return head.has(0, 4) ? this.file.text(rva + 4, Math.min(head.u32(0), MAX_TEXT)) : head.bytes;
  }
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

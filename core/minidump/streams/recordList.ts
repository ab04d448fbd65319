import { ByteReader } from '../../bytes/index.ts';
import type { DirectoryEntry, DumpFile } from '../dumpFile.ts';

/** The whole records of a list stream: a reader over them, and where in the file they begin. */
export interface RecordList {
  readonly reader: ByteReader;
  readonly count: number;
  /** bytes from one record to the next */
  readonly stride: number;
  /** file offset of the first record */
  readonly rva: number;
}

/**
 * A list of the first kind: a 32-bit count, then records of a known size (threads, modules). Writers on some systems
 * align the records to 8 bytes: then the stream is 4 bytes longer than count and records.
 */
export function readCountedList(file: DumpFile, entry: DirectoryEntry, stride: number): RecordList {
  const head = file.reader(entry.rva, Math.min(file.available(entry), 4));
  if (!head.has(0, 4)) {
    file.problems.add(entry.rva, `${entry.name} is too short for a count`);
    return { reader: head, count: 0, stride, rva: entry.rva };
  }
  const claimed = head.u32(0);
  const start = entry.size === 8 + claimed * stride ? 8 : 4;
  const count = file.countRecords(entry, start, stride, claimed);
  return { reader: file.reader(entry.rva + start, count * stride), count, stride, rva: entry.rva + start };
}

/** Where a sized list keeps its count, and how small its records may be. */
export interface SizedListForm {
  /** SizeOfHeader as the first definition had it */
  readonly headerSize: number;
  /** records shorter than this cannot be read; longer ones are, by what we know of them */
  readonly minimumRecord: number;
  /** bytes from the start of the stream to the entry count, and its width */
  readonly countOffset: number;
  readonly countSize: 4 | 8;
}

/** A list of the second kind: SizeOfHeader, SizeOfEntry, count. Sizes are honoured, so that longer records can come. */
export function readSizedList(file: DumpFile, entry: DirectoryEntry, form: SizedListForm): RecordList {
  const head = file.reader(entry.rva, Math.min(file.available(entry), form.headerSize));
  const nothing = {
    reader: new ByteReader(new Uint8Array(0)),
    count: 0,
    stride: form.minimumRecord,
    rva: entry.rva,
  };
  if (!head.has(0, form.countOffset + form.countSize)) {
    file.problems.add(entry.rva, `${entry.name} is too short for its header`);
    return nothing;
  }
  const headerSize = head.u32(0);
  const stride = head.u32(4);
  const claimed = form.countSize === 8 ? Number(head.u64(form.countOffset)) : head.u32(form.countOffset);
  if (claimed === 0) return { ...nothing, rva: entry.rva + headerSize };
  if (headerSize < form.countOffset + form.countSize || stride < form.minimumRecord) {
    file.problems.add(
      entry.rva,
      `${entry.name} has impossible sizes: header ${headerSize}, record ${stride} (at least ${form.minimumRecord} are needed)`,
    );
    return nothing;
  }
  const count = file.countRecords(entry, headerSize, stride, claimed);
  const rva = entry.rva + headerSize;
  return { reader: file.reader(rva, count * stride), count, stride, rva };
}

/** Calls `read` for each record; the reader is checked, so a source that gives less than it has ends the list. */
export function mapRecords<T>(
  list: RecordList,
  size: number,
  read: (r: ByteReader, at: number, rva: number) => T,
): T[] {
  const out: T[] = [];
  for (let i = 0; i < list.count; i++) {
    const at = i * list.stride;
    if (!list.reader.has(at, size)) break;
    out.push(read(list.reader, at, list.rva + at));
  }
  return out;
}

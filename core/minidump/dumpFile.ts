import { ByteReader, decodeUtf16, type ByteSource } from '../bytes/index.ts';
import { ProblemList } from './problems.ts';

/** MINIDUMP_LOCATION_DESCRIPTOR: where a part of the file lies. Both in bytes; size 0 says there is none. */
export interface Location {
  readonly size: number;
  readonly rva: number;
}

/** An entry of the stream directory. */
export interface DirectoryEntry extends Location {
  readonly index: number;
  readonly type: number;
  /** as MINIDUMP_STREAM_TYPE has it, or `0x4b6b0002` where nobody named it */
  readonly name: string;
}

/** UNICODE_STRING's own limit: no name in Windows is longer. Bytes. */
const MAX_STRING = 0xfffe;
/** All texts of one dump together: a hostile file can name the same 64 KiB from every record. Bytes. */
const MAX_TEXT_TOTAL = 64 * 1024 * 1024;
/** The longest list that becomes an object a record. Real dumps have thousands of threads, modules and handles. */
const MAX_RECORDS = 1 << 20;

/**
 * The file as the stream parsers see it: bounded reads, strings, addresses, and the list of what is wrong.
 * Nothing here throws for what the file holds.
 */
export class DumpFile {
  readonly problems = new ProblemList();
  private textBytes = 0;

  constructor(
    readonly source: ByteSource,
    /** the dump is of a 32-bit process seen as such: writers may have sign-extended its addresses */
    private readonly narrow: () => boolean = () => false,
  ) {}

  get size(): number {
    return this.source.size;
  }

  /** What is there of `length` bytes at a file offset. */
  bytes(offset: number, length: number): Uint8Array {
    return this.source.read(offset, length);
  }

  /**
   * What is there of a text or another part that many records may point to. All of them together are bounded:
   * beyond that it is empty.
   */
  text(offset: number, length: number): Uint8Array {
    if (this.textBytes + length > MAX_TEXT_TOTAL) {
      this.problems.add(0, `the texts of this dump pass ${MAX_TEXT_TOTAL} bytes; the rest are left out`);
      return new Uint8Array(0);
    }
    this.textBytes += length;
    return this.bytes(offset, length);
  }

  /** A reader over what is there of a structure; the caller asks `has` for what may be cut off. */
  reader(offset: number, length: number): ByteReader {
    return new ByteReader(this.source.read(offset, length));
  }

  /** How many bytes of a stream the file holds; says so when it is not all of them. */
  available(entry: DirectoryEntry): number {
    const there = Math.max(0, Math.min(entry.size, this.size - entry.rva));
    if (there < entry.size) {
      this.problems.add(
        entry.rva,
        `${entry.name} is cut short: ${there} of ${entry.size} bytes are in the file`,
      );
    }
    return there;
  }

  /**
   * How many whole records a list has: `claimed`, or fewer where stream or file end before. `start` is where the
   * first record begins within the stream.
   */
  countRecords(
    entry: DirectoryEntry,
    start: number,
    recordSize: number,
    claimed: number,
    most = MAX_RECORDS,
  ): number {
    const fit = Math.max(0, Math.floor((this.available(entry) - start) / recordSize));
    const count = Math.min(claimed, fit, most);
    if (count < claimed)
      this.problems.add(entry.rva, `${entry.name} has ${count} of the ${claimed} records it claims`);
    return count;
  }

  /** A MINIDUMP_STRING: a byte length, then UTF-16. Cut where the file ends; empty for RVA 0. */
  string(rva: number): string {
    if (rva === 0) return '';
    const head = this.reader(rva, 4);
    if (!head.has(0, 4)) {
      this.problems.add(rva, 'a string lies outside the file');
      return '';
    }
    const length = head.u32(0);
    const bytes = this.text(rva + 4, Math.min(length, MAX_STRING));
    if (bytes.length < length)
      this.problems.add(rva, `a string has ${bytes.length} of the ${length} bytes it claims`);
    return decodeUtf16(bytes);
  }

  /** An address as the process knows it: writers of 32-bit dumps that sign-extend are corrected. */
  address(value: bigint): bigint {
    return value > 0xffffffffn && value >> 32n === 0xffffffffn && this.narrow() ? value & 0xffffffffn : value;
  }

  /** Whether `address` drops the upper half of sign-extended values. */
  get is32Bit(): boolean {
    return this.narrow();
  }
}

/** A location descriptor within a structure. */
export function readLocation(r: ByteReader, offset: number): Location {
  return { size: r.u32(offset), rva: r.u32(offset + 4) };
}

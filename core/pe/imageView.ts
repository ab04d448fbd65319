import { ByteReader, decodeLatin1z } from '../bytes/index.ts';
import type { DataDirectory, ParsedHeaders } from './headers.ts';
import type { RvaReader } from './rvaReader.ts';
import type { SectionMap } from './sectionMap.ts';

/** No table of an image that a linker makes is larger; a larger one is damage, and is not read whole. */
const MAX_TABLE = 64 * 1024 * 1024;
const MAX_PROBLEMS = 100;
const TEXT_CHUNK = 128;

/** What the parsers of an image's tables share: checked reads by RVA and a place for what they find damaged. */
export class ImageView {
  readonly problems: string[] = [];
  /** the last large run: names lie close to the table that points to them */
  private windowStart = 0;
  private window = new Uint8Array(0) as Uint8Array;

  constructor(
    readonly parsed: ParsedHeaders,
    readonly sections: SectionMap,
    private readonly reader: RvaReader,
    /** RVAs of an image in memory; false for a file, whose import slots still hold names */
    readonly loaded: boolean,
    /** where it lies in memory; of a file its preferred base */
    readonly base: bigint,
  ) {
    this.problems.push(...parsed.problems);
  }

  get is64(): boolean {
    return this.parsed.headers.optional.Magic === 0x20b;
  }

  get pointerSize(): 4 | 8 {
    return this.is64 ? 8 : 4;
  }

  get sizeOfImage(): number {
    return this.parsed.headers.optional.SizeOfImage;
  }

  /** A data directory that the image has. */
  directory(index: number): DataDirectory | undefined {
    const d = this.parsed.directories[index];
    return d && d.rva !== 0 ? d : undefined;
  }

  /** As many of `length` bytes as are there. */
  upTo(rva: number, length: number): Uint8Array {
    const within = rva - this.windowStart;
    if (within >= 0 && within + length <= this.window.length)
      return this.window.subarray(within, within + length);
    return this.reader.read(rva, Math.min(length, MAX_TABLE));
  }

  /** Exactly `length` bytes, or undefined. */
  read(rva: number, length: number): Uint8Array | undefined {
    const bytes = this.upTo(rva, length);
    return bytes.length === length ? bytes : undefined;
  }

  /** A reader over exactly `length` bytes, or undefined. */
  struct(rva: number, length: number): ByteReader | undefined {
    const bytes = this.read(rva, length);
    return bytes && new ByteReader(bytes);
  }

  /** Keeps what is there of a table at hand, so that reads within it cost no search. */
  hold(rva: number, length: number): void {
    this.window = this.reader.read(rva, Math.min(length, MAX_TABLE));
    this.windowStart = rva;
  }

  /** NUL-terminated single-byte text of at most `limit` bytes; undefined where it is not there or has no end. */
  text(rva: number, limit = 4096): string | undefined {
    let text = '';
    for (let at = 0; at < limit; at += TEXT_CHUNK) {
      const wanted = Math.min(TEXT_CHUNK, limit - at);
      const bytes = this.upTo(rva + at, wanted);
      text += decodeLatin1z(bytes);
      if (bytes.includes(0)) return text;
      if (bytes.length < wanted) return undefined;
    }
    return undefined;
  }

  /**
   * The RVA of a virtual address stored in the image. The loader relocates such addresses; in a file, and in an
   * image that was laid over memory from a file, they count from the preferred base.
   */
  rvaOf(va: bigint): number | undefined {
    for (const base of [this.base, this.parsed.headers.optional.ImageBase]) {
      const rva = va - base;
      if (rva > 0n && rva < BigInt(this.sizeOfImage)) return Number(rva);
    }
    return undefined;
  }

  note(problem: string): void {
    if (this.problems.length < MAX_PROBLEMS && !this.problems.includes(problem)) this.problems.push(problem);
  }
}

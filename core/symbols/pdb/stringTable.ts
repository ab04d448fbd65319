/**
 * The `/names` stream: strings that other streams name by offset (source files, frame programs).
 * Facts: LLVM docs PDB/PdbStream, PDB-UNWIND.md section 1.
 */
import { textAt } from './recordText.ts';
import type { StreamReader } from './streamReader.ts';

const SIGNATURE = 0xeffeeffe;
const HEADER_BYTES = 12;
/** Paths and frame programs are far shorter; a string is fetched in steps until its NUL is in. */
const STEP = 256;
const MAX_STRING = 64 * 1024;

export class StringTable {
  private readonly bytes: number;

  /** `stream` may be absent: then every string is. */
  constructor(private readonly stream: StreamReader | undefined) {
    const valid = stream && stream.size >= HEADER_BYTES && stream.u32(0) === SIGNATURE;
    this.bytes = valid ? Math.min(stream.u32(8), stream.size - HEADER_BYTES) : 0;
  }

  /** The string at an offset; undefined where the table does not reach so far. */
  text(offset: number): string | undefined {
    if (!this.stream || !(offset < this.bytes)) return undefined;
    const room = Math.min(this.bytes - offset, MAX_STRING);
    for (let length = Math.min(STEP, room); ; length = Math.min(length * 4, room)) {
      const part = this.stream.read(HEADER_BYTES + offset, length);
      if (length === room || part.includes(0)) return textAt(part, 0, part.length);
    }
  }
}

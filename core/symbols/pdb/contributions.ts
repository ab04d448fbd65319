/**
 * Which module each piece of the image came from: a part of the DBI stream, sorted by section and offset, searched in
 * place (it has an entry for every function where the compiler gave each its own section).
 * Source: dbi.cpp, dbicommon.h of microsoft-pdb; LLVM docs PDB/DbiStream.
 */
import type { DbiStream } from './dbiStream.ts';
import type { StreamReader } from './streamReader.ts';

const VERSION_60 = 0xeffe0000 + 19970605;
const VERSION_2 = 0xeffe0000 + 20140516;

export interface Contribution {
  readonly section: number;
  readonly offset: number;
  readonly size: number;
  readonly module: number;
}

export class Contributions {
  readonly count: number;
  private readonly stream: StreamReader;
  private readonly start: number;
  private readonly entryBytes: number;

  constructor(dbi: DbiStream) {
    const { offset, length } = dbi.contributions;
    this.stream = dbi.stream;
    const version = length >= 4 ? dbi.stream.u32(offset) : 0;
    if (version === VERSION_60 || version === VERSION_2) {
      this.start = offset + 4;
      this.entryBytes = version === VERSION_2 ? 32 : 28;
    } else {
      // before there were versions an entry had no checksums
      this.start = offset;
      this.entryBytes = 20;
    }
    this.count = Math.max(0, Math.floor((offset + length - this.start) / this.entryBytes));
  }

  at(index: number): Contribution | undefined {
    if (!(index >= 0 && index < this.count)) return undefined;
    const at = this.start + index * this.entryBytes;
    const { stream } = this;
    return {
      section: stream.u16(at),
      offset: stream.u32(at + 4),
      size: stream.u32(at + 8),
      module: stream.u16(at + 16),
    };
  }

  /** The last contribution that starts at a place or before it, in any section; -1 where there is none. */
  indexBefore(section: number, offset: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.start + middle * this.entryBytes;
      const itsSection = this.stream.u16(at);
      if (itsSection < section || (itsSection === section && this.stream.u32(at + 4) <= offset))
        low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

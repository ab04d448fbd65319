/**
 * Which module each piece of the image came from: a part of the DBI stream, sorted by section and offset. It has an
 * entry for every function where the compiler gave each its own section, so the first questions search it in place and
 * only more of them read it.
 * Source: dbi.cpp, dbicommon.h of microsoft-pdb; LLVM docs PDB/DbiStream.
 */
import type { DbiStream } from './dbiStream.ts';
import type { StreamReader } from './streamReader.ts';

const VERSION_60 = 0xeffe0000 + 19970605;
const VERSION_2 = 0xeffe0000 + 20140516;
/** Questions that are answered in place before all is read. */
const IN_PLACE = 32;

export interface Contribution {
  readonly section: number;
  readonly offset: number;
  readonly module: number;
}

interface Columns {
  readonly sections: Uint16Array;
  readonly offsets: Uint32Array;
  readonly modules: Uint16Array;
}

export class Contributions {
  readonly count: number;
  private readonly stream: StreamReader;
  private readonly start: number;
  private readonly entryBytes: number;
  private columns: Columns | undefined;
  private asked = 0;

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
    const { columns } = this;
    return {
      section: this.section(index),
      offset: this.offset(index),
      module: columns
        ? (columns.modules[index] ?? 0)
        : this.stream.u16(this.start + index * this.entryBytes + 16),
    };
  }

  /** The last contribution that starts at a place or before it, in any section; -1 where there is none. */
  indexBefore(section: number, offset: number): number {
    if (!this.columns && this.asked++ >= IN_PLACE) this.columns = this.readColumns();
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const itsSection = this.section(middle);
      if (itsSection < section || (itsSection === section && this.offset(middle) <= offset)) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  private section(index: number): number {
    if (this.columns) return this.columns.sections[index] ?? 0;
    return this.stream.u16(this.start + index * this.entryBytes);
  }

  private offset(index: number): number {
    if (this.columns) return this.columns.offsets[index] ?? 0;
    return this.stream.u32(this.start + index * this.entryBytes + 4);
  }

  private readColumns(): Columns {
    const { count, entryBytes } = this;
    const columns = {
      sections: new Uint16Array(count),
      offsets: new Uint32Array(count),
      modules: new Uint16Array(count),
    };
    const bytes = this.stream.read(this.start, count * entryBytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; (i + 1) * entryBytes <= bytes.length; i++) {
      columns.sections[i] = view.getUint16(i * entryBytes, true);
      columns.offsets[i] = view.getUint32(i * entryBytes + 4, true);
      columns.modules[i] = view.getUint16(i * entryBytes + 16, true);
    }
    return columns;
  }
}

import type { ByteSource } from '../bytes/index.ts';
import type { ParsedHeaders, Section } from './headers.ts';
import type { RvaReader } from './rvaReader.ts';

const PAGE = 0x1000;
/** The loader works in disk sectors: it rounds PointerToRawData down to one, whatever FileAlignment says. */
const SECTOR = 0x200;

/** Where one section lies in a file and in memory, as the loader maps it. Bytes. */
interface Mapping {
  readonly section: Section;
  readonly rva: number;
  /** end of what the section header claims */
  readonly claimedEnd: number;
  /** end of the pages that it is mapped to */
  readonly mappedEnd: number;
  readonly fileOffset: number;
  /** bytes that come from the file; the rest is zero-filled */
  readonly fileSize: number;
}

/** Converts between RVAs and file offsets by the section table, headers included. */
export class SectionMap {
  private readonly mappings: readonly Mapping[];
  private readonly headersEnd: number;
  private last: Mapping | undefined;

  constructor({ headers, sections }: ParsedHeaders) {
    this.headersEnd = headers.optional.SizeOfHeaders;
    this.mappings = sections
      .map((section) => mappingOf(section, headers.optional.SectionAlignment))
      .sort((a, b) => a.rva - b.rva);
  }

  sectionAt(rva: number): Section | undefined {
    const m = this.mappingAt(rva);
    return m && rva < m.claimedEnd ? m.section : undefined;
  }

  /** The file offset of an RVA; undefined where no byte of the file is mapped to it (zero-filled, or between sections). */
  rvaToFileOffset(rva: number): number | undefined {
    const m = this.mappingAt(rva);
    if (m) return rva - m.rva < m.fileSize ? m.fileOffset + (rva - m.rva) : undefined;
    return rva >= 0 && rva < this.headersEnd ? rva : undefined;
  }

  /** The RVA that a file offset is mapped to; undefined for what is not mapped (debug data, certificates, overlays). */
  fileOffsetToRva(offset: number): number | undefined {
    for (const m of this.mappings) {
      if (offset >= m.fileOffset && offset < m.fileOffset + m.fileSize)
        return m.rva + (offset - m.fileOffset);
    }
    return offset >= 0 && offset < this.headersEnd ? offset : undefined;
  }

  /** Bytes of `file` at an RVA within one mapping: from the file, or the zeros that the loader puts after them. */
  readRun(file: ByteSource, rva: number, length: number): Uint8Array {
    const m = this.mappingAt(rva);
    if (!m) return this.readHeaders(file, rva, length);
    const within = rva - m.rva;
    if (within < m.fileSize) return file.read(m.fileOffset + within, Math.min(length, m.fileSize - within));
    return new Uint8Array(Math.max(0, Math.min(length, m.mappedEnd - rva)));
  }

  private readHeaders(file: ByteSource, rva: number, length: number): Uint8Array {
    const firstSection = this.mappings[0]?.rva ?? this.headersEnd;
    const end = Math.min(this.headersEnd, Math.max(firstSection, 0));
    return rva >= 0 && rva < end ? file.read(rva, Math.min(length, end - rva)) : new Uint8Array(0);
  }

  private mappingAt(rva: number): Mapping | undefined {
    if (this.last && rva >= this.last.rva && rva < this.last.mappedEnd) return this.last;
    let low = 0;
    let high = this.mappings.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.mappings[middle]?.rva ?? 0) <= rva) low = middle + 1;
      else high = middle;
    }
    const found = this.mappings[low - 1];
    if (!found || rva >= found.mappedEnd) return undefined;
    this.last = found;
    return found;
  }
}

function mappingOf(section: Section, sectionAlignment: number): Mapping {
  // images aligned below a page (drivers, some tools) are mapped flat: no rounding of any kind
  const paged = sectionAlignment >= PAGE;
  // linkers of the 16-bit era leave VirtualSize 0 and mean SizeOfRawData
  const size = section.virtualSize || section.rawSize;
  const mapped = paged ? Math.ceil(size / PAGE) * PAGE : size;
  return {
    section,
    rva: section.virtualAddress,
    claimedEnd: section.virtualAddress + size,
    mappedEnd: section.virtualAddress + mapped,
    fileOffset: paged ? section.rawOffset - (section.rawOffset % SECTOR) : section.rawOffset,
    fileSize: section.rawOffset === 0 ? 0 : Math.min(section.rawSize, mapped),
  };
}

/** A file read by RVA, as the loader would map it. A cut file has holes where its bytes are missing, no zeros. */
export class FileRvaReader implements RvaReader {
  constructor(
    private readonly file: ByteSource,
    private readonly map: SectionMap,
  ) {}

  read(rva: number, length: number): Uint8Array {
    const first = this.map.readRun(this.file, rva, length);
    if (first.length === length || first.length === 0) return first;
    // the run goes on where zero-fill or the next section begins
    const parts = [first];
    let done = first.length;
    while (done < length) {
      const part = this.map.readRun(this.file, rva + done, length - done);
      if (part.length === 0) break;
      parts.push(part);
      done += part.length;
    }
    if (parts.length === 1) return first;
    const whole = new Uint8Array(done);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

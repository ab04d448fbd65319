import { Omap } from './omap.ts';
import { readSectionHeaders, type SectionHeader } from './sectionHeaders.ts';
import type { DebugStreamName } from './dbiStream.ts';
import type { StreamReader } from './streamReader.ts';

/** Where a debug stream by name is got. */
export type DebugStreams = (name: DebugStreamName) => StreamReader | undefined;

/**
 * The two spaces of RVAs: the linker's ("source"), which all records of a PDB use, and the image's, which addresses in
 * a process use. They differ only in images that were rearranged after linking.
 */
export class AddressSpace {
  /** sections that section numbers in records refer to */
  readonly sections: readonly SectionHeader[];
  /** the spaces differ: this image was rearranged */
  readonly rearranged: boolean;

  private readonly byRva: readonly SectionHeader[];
  private toImageMap: Omap | undefined;
  private toSourceMap: Omap | undefined;

  /** `fallback`: the image's own headers, for the rare PDB that has none. */
  constructor(
    private readonly streams: DebugStreams,
    fallback: readonly SectionHeader[] = [],
  ) {
    const image = readSectionHeaders(streams('sectionHeaders'));
    const original = readSectionHeaders(streams('originalSectionHeaders'));
    this.rearranged = streams('omapFromSource') !== undefined && streams('omapToSource') !== undefined;
    // without OMAP the original headers, where present, describe an image that nobody has
    const own = this.rearranged && original.length > 0 ? original : image;
    this.sections = own.length > 0 ? own : original.length > 0 ? original : fallback;
    this.byRva = [...this.sections].sort((a, b) => a.rva - b.rva);
  }

  /** The linker's RVA of a place; undefined for a section that the image does not have (absolute symbols). */
  sourceRva(section: number, offset: number): number | undefined {
    const header = this.sections[section - 1];
    if (!header) return undefined;
    const rva = header.rva + offset;
    return rva <= 0xffffffff ? rva : undefined;
  }

  /** Whether a record's section is the one that linkers number behind the last: its offset is the symbol's value. */
  isAbsolute(section: number): boolean {
    return this.sections.length > 0 && section === this.sections.length + 1;
  }

  /** The section that holds a linker's RVA; undefined in the headers and beyond the image. */
  sectionAt(sourceRva: number): SectionHeader | undefined {
    let low = 0;
    let high = this.byRva.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.byRva[middle]?.rva ?? 0) <= sourceRva) low = middle + 1;
      else high = middle;
    }
    const header = this.byRva[low - 1];
    return header && sourceRva - header.rva < header.virtualSize ? header : undefined;
  }

  /** From the linker's space to the image's; undefined where the code was removed. */
  toImage(sourceRva: number): number | undefined {
    if (!this.rearranged) return sourceRva;
    const stream = this.streams('omapFromSource');
    if (!this.toImageMap && stream) this.toImageMap = new Omap(stream);
    return this.toImageMap?.map(sourceRva);
  }

  /** From the image's space to the linker's; undefined for what the rearranging tool added. */
  toSource(imageRva: number): number | undefined {
    if (!this.rearranged) return imageRva;
    const stream = this.streams('omapToSource');
    if (!this.toSourceMap && stream) this.toSourceMap = new Omap(stream);
    return this.toSourceMap?.map(imageRva);
  }
}

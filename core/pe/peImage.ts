import type { ByteSource } from '../bytes/index.ts';
import { type DebugEntry, readCodeView, readDebugEntries } from './debugDirectory.ts';
import { type ExportTable, readExports } from './exportTable.ts';
import {
  type DataDirectory,
  type ParsedHeaders,
  type PeHeaders,
  type Section,
  parseHeaders,
} from './headers.ts';
import type { CodeView } from './identity.ts';
import { ImageView } from './imageView.ts';
import { type ImportedDll, readDelayImports, readImports } from './imports.ts';
import { type LoadConfig, readLoadConfig } from './loadConfig.ts';
import { type Relocations, readRelocations } from './relocations.ts';
import { type Resource, readResources } from './resources.ts';
import { type RichHeader, parseRichHeader } from './richHeader.ts';
import type { RvaReader } from './rvaReader.ts';
import { FileRvaReader, SectionMap } from './sectionMap.ts';
import { type TlsDirectory, readTls } from './tls.ts';
import { type VersionResource, parseVersionResource } from './versionResource.ts';

/** A read is bounded by what an image can be: RVAs are 32 bits wide. */
const RVA_LIMIT = 0x1_0000_0000;
/** the DOS stub and the Rich header end far below this */
const MAX_STUB = 0x10000;
/** lengths in a version resource are 16 bits wide */
const MAX_VERSION_RESOURCE = 0x10000;
const RT_VERSION = 16;

/**
 * A PE image, from its file or from a process' memory. Headers are read at once, tables when first asked for. A
 * damaged or missing table is empty or undefined, and `problems` says what was wrong; nothing here throws once the
 * image is made.
 */
export class PeImage {
  readonly headers: PeHeaders;
  /** always 16 */
  readonly directories: readonly DataDirectory[];
  readonly sections: readonly Section[];
  private readonly lazyDebugEntries = lazy(() => readDebugEntries(this.view));
  private readonly lazyCodeView = lazy(() =>
    readCodeView(this.debugEntries, (entry, limit) => this.debugData(entry, limit)),
  );
  private readonly lazyExports = lazy(() => readExports(this.view));
  private readonly lazyImports = lazy(() => readImports(this.view));
  private readonly lazyDelayImports = lazy(() => readDelayImports(this.view));
  private readonly lazyTls = lazy(() => readTls(this.view));
  private readonly lazyLoadConfig = lazy(() => readLoadConfig(this.view));
  private readonly lazyVersionResource = lazy(() => this.readVersionResource());
  private readonly lazyRichHeader = lazy(() =>
    parseRichHeader(this.readUpTo(0, Math.min(this.headers.dos.e_lfanew, MAX_STUB))),
  );
  private readonly lazyRelocations = lazy(() => readRelocations(this.view));

  private constructor(
    private readonly view: ImageView,
    private readonly file?: ByteSource,
  ) {
    this.headers = view.parsed.headers;
    this.directories = view.parsed.directories;
    this.sections = view.parsed.sections;
  }

  /** An image file, mapped as the loader would. Throws `BadFormat` where it has no PE header. */
  static fromFile(source: ByteSource): PeImage {
    const parsed = parseHeaders((offset, length) => source.read(offset, length));
    const sections = new SectionMap(parsed);
    const reader = new FileRvaReader(source, sections);
    const view = new ImageView(parsed, sections, reader, false, parsed.headers.optional.ImageBase);
    return new PeImage(view, source);
  }

  /**
   * An image in memory: `reader` counts from the module's base, and any page of it may be missing. `base` is where it
   * lies, which relocated addresses in it count from; unknown, the header's ImageBase stands in (Windows keeps it up to
   * date in memory since Vista). Throws `BadFormat` where it has no PE header.
   */
  static fromMemory(reader: RvaReader, sizeOfImage: number, base?: bigint): PeImage {
    const bounded: RvaReader = {
      read: (rva, length) =>
        rva >= 0 && rva < sizeOfImage
          ? reader.read(rva, Math.min(length, sizeOfImage - rva))
          : new Uint8Array(0),
    };
    const parsed: ParsedHeaders = parseHeaders((offset, length) => bounded.read(offset, length));
    const at = base ?? parsed.headers.optional.ImageBase;
    return new PeImage(new ImageView(parsed, new SectionMap(parsed), bounded, true, at));
  }

  /** What was found damaged or missing so far, a sentence each. Grows as tables are read. */
  get problems(): readonly string[] {
    return this.view.problems;
  }

  /** Whether it was read from memory: import slots then hold addresses, and data is as the process left it. */
  get loaded(): boolean {
    return this.view.loaded;
  }

  /** IMAGE_FILE_MACHINE_* */
  get machine(): number {
    return this.headers.file.Machine;
  }

  /** TimeDateStamp: seconds since 1970 UTC, or a hash in a reproducible build (see `reproducible`) */
  get timestamp(): number {
    return this.headers.file.TimeDateStamp;
  }

  /** IMAGE_FILE_* */
  get characteristics(): number {
    return this.headers.file.Characteristics;
  }

  get is64(): boolean {
    return this.view.is64;
  }

  get pointerSize(): 4 | 8 {
    return this.view.pointerSize;
  }

  /** the preferred base, or in memory what the loader put there */
  get imageBase(): bigint {
    return this.headers.optional.ImageBase;
  }

  get sizeOfImage(): number {
    return this.headers.optional.SizeOfImage;
  }

  get sizeOfHeaders(): number {
    return this.headers.optional.SizeOfHeaders;
  }

  get checksum(): number {
    return this.headers.optional.CheckSum;
  }

  /** RVA; 0 where there is none */
  get entryPoint(): number {
    return this.headers.optional.AddressOfEntryPoint;
  }

  /** IMAGE_SUBSYSTEM_* */
  get subsystem(): number {
    return this.headers.optional.Subsystem;
  }

  /** The section that an RVA lies in, by VirtualSize. */
  sectionAt(rva: number): Section | undefined {
    return this.view.sections.sectionAt(rva);
  }

  /** The file offset of an RVA; undefined where no byte of the file is mapped to it. */
  rvaToFileOffset(rva: number): number | undefined {
    return this.view.sections.rvaToFileOffset(rva);
  }

  /** The RVA that a file offset is mapped to; undefined where it is not mapped. */
  fileOffsetToRva(offset: number): number | undefined {
    return this.view.sections.fileOffsetToRva(offset);
  }

  /** Exactly `length` bytes at an RVA, or undefined where one of them is missing. */
  read(rva: number, length: number): Uint8Array | undefined {
    return rva >= 0 && length >= 0 && rva + length <= RVA_LIMIT ? this.view.read(rva, length) : undefined;
  }

  /** As many of `length` bytes at an RVA as are there in one run. */
  readUpTo(rva: number, length: number): Uint8Array {
    return rva >= 0 && length > 0 ? this.view.upTo(rva, length) : new Uint8Array(0);
  }

  /** The RVA of an address stored in the image (relocated or not); undefined where it lies outside. */
  rvaOfAddress(va: bigint): number | undefined {
    return this.view.rvaOf(va);
  }

  /** All entries of the debug directory. */
  get debugEntries(): readonly DebugEntry[] {
    return this.lazyDebugEntries();
  }

  /** The first `limit` bytes of a debug entry's data; undefined where they are not there (not mapped, and no file). */
  debugData(entry: DebugEntry, limit = 0x10000): Uint8Array | undefined {
    const length = Math.min(entry.size, limit);
    if (this.file && entry.fileOffset !== 0) {
      const bytes = this.file.read(entry.fileOffset, length);
      if (bytes.length === length) return bytes;
    }
    return entry.rva !== 0 ? this.view.read(entry.rva, length) : undefined;
  }

  /** The record that ties the image to its PDB. */
  get codeView(): CodeView | undefined {
    return this.lazyCodeView();
  }

  /** Built with /Brepro: TimeDateStamp is a hash, no time. */
  get reproducible(): boolean {
    return this.debugEntries.some((entry) => entry.typeName === 'REPRO');
  }

  exports(): ExportTable {
    return this.lazyExports();
  }

  imports(): readonly ImportedDll[] {
    return this.lazyImports();
  }

  delayImports(): readonly ImportedDll[] {
    return this.lazyDelayImports();
  }

  /** Where the unwind tables (.pdata) lie; undefined where there are none. */
  get exceptionDirectory(): DataDirectory | undefined {
    return this.view.directory(3);
  }

  get tls(): TlsDirectory | undefined {
    return this.lazyTls();
  }

  /** Cookie, SafeSEH and control flow guard tables: the fields that the image has, by Windows' names. */
  get loadConfig(): LoadConfig | undefined {
    return this.lazyLoadConfig();
  }

  /** The version resource: in English where there are several languages, as `lmv` is read by everyone. */
  versionResource(): VersionResource | undefined {
    return this.lazyVersionResource();
  }

  /** What Microsoft's linker noted of the tools; undefined for other linkers. */
  richHeader(): RichHeader | undefined {
    return this.lazyRichHeader();
  }

  /** Base relocations; empty where they are stripped. */
  relocations(): Relocations {
    return this.lazyRelocations();
  }

  /** Resources, all or those of one type; read anew at each call. */
  resources(type?: number | string): readonly Resource[] {
    return readResources(this.view, type);
  }

  private readVersionResource(): VersionResource | undefined {
    const candidates = [...this.resources(RT_VERSION)].sort((a, b) => languageRank(a) - languageRank(b));
    for (const { rva, size } of candidates) {
      const bytes = this.view.upTo(rva, Math.min(size, MAX_VERSION_RESOURCE));
      if (bytes.length < size) this.view.note(`version resource: ${bytes.length} of ${size} bytes are there`);
      const version = parseVersionResource(bytes);
      if (version) return version;
    }
    return undefined;
  }
}

/** US English, then any English, then neutral, then the others as they stand. */
function languageRank({ language }: Resource): number {
  if (language === 0x409) return 0;
  if (typeof language === 'number' && (language & 0x3ff) === 9) return 1;
  return language === 0 ? 2 : 3;
}

/** A value made when first asked for. */
function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

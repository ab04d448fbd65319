/**
 * A PDB: its streams as parts, each read when it is first asked for. What is asked of symbols (names, addresses, lines,
 * types) is in `PdbSymbols`, `lines`, `PdbTypes`; this is who the file is and where things are.
 */
import type { ByteSource } from '../../bytes/index.ts';
import { BadFormat, NotAvailable } from '../../errors/index.ts';
import type { CodeView } from '../../pe/index.ts';
import { AddressSpace } from './addressSpace.ts';
import { openContainer, type PdbContainer } from './container.ts';
import { Contributions } from './contributions.ts';
import { readDbiStream, type DbiStream, type DebugStreamName } from './dbiStream.ts';
import { readInfoStream, type InfoStream } from './infoStream.ts';
import { FileInfo } from './fileInfo.ts';
import { lazy } from './lazy.ts';
import { ModuleList } from './moduleList.ts';
import { orAbsent } from './orAbsent.ts';
import { PublicSymbols } from './publicSymbols.ts';
import type { SectionHeader } from './sectionHeaders.ts';
import type { StreamReader } from './streamReader.ts';
import { StringTable } from './stringTable.ts';
import { SymbolHash } from './symbolHash.ts';
import { SymbolRecords } from './symbolRecords.ts';

const INFO_STREAM = 1;
const DBI_STREAM = 3;
const MACHINE_X86 = 0x14c;

export interface PdbOptions {
  /** Undecorates a C++ name that starts with `?`; without it such names stay decorated. */
  readonly undecorate?: (decorated: string) => string;
  /** The image's section headers, for a PDB that has none of its own. */
  readonly sections?: readonly SectionHeader[];
}

/** Whether a PDB belongs to an image, and if not, why. */
export type PdbMatch = { readonly matches: true } | { readonly matches: false; readonly reason: string };

export class PdbFile {
  /** 32 upper-case hex digits, as in a symbol store; undefined before Visual C++ 7 */
  readonly guid: string | undefined;
  /** the DBI age, which the image's debug record must have; that of the info stream where there is no DBI stream */
  readonly age: number;
  /** identity of a PDB without a GUID (NB10) */
  readonly signature: number;
  /** private symbols were removed */
  readonly stripped: boolean;
  readonly space: AddressSpace;
  readonly info: InfoStream;
  readonly dbi: DbiStream | undefined;
  readonly container: PdbContainer;

  /** strings that lines and frame data refer to */
  readonly names = lazy(
    () => orAbsent(() => new StringTable(this.namedStream('/names'))) ?? new StringTable(undefined),
  );
  readonly modules = lazy(() => this.dbi && new ModuleList(this.dbi));
  readonly files = lazy(() => orAbsent(() => this.dbi && new FileInfo(this.dbi)));
  readonly contributions = lazy(() => orAbsent(() => this.dbi && new Contributions(this.dbi)));
  /** the records that globals and publics point into */
  readonly records = lazy(() => {
    const stream = this.stream(this.dbi?.symbolRecords);
    return stream && new SymbolRecords(stream);
  });
  readonly publics = lazy(() =>
    orAbsent(() => {
      const stream = this.stream(this.dbi?.publics);
      const records = this.records();
      return stream && records && new PublicSymbols(stream, records, this.space);
    }),
  );
  readonly globals = lazy(() =>
    orAbsent(() => {
      const stream = this.stream(this.dbi?.globals);
      return stream && new SymbolHash(stream, 0, stream.size);
    }),
  );

  /** Throws `BadFormat` for what is no PDB, `NotAvailable` for a PDB of a form that is not read. */
  constructor(
    readonly source: ByteSource,
    readonly options: PdbOptions = {},
  ) {
    this.container = openContainer(source);
    const info = this.container.stream(INFO_STREAM);
    if (!info) throw new BadFormat(`${source.name}: the PDB has no info stream`);
    this.info = readInfoStream(info);
    if (this.info.minimal) {
      throw new NotAvailable(
        `${source.name}: linked with /DEBUG:FASTLINK, its symbols are in the object files; ` +
          'link with /DEBUG:FULL, or convert it with mspdbcmf.exe',
      );
    }
    this.dbi = orAbsent(() => readDbiStream(this.container.stream(DBI_STREAM)));
    this.guid = this.info.guid;
    this.age = this.dbi?.age ?? this.info.age;
    this.signature = this.info.signature;
    this.stripped = this.dbi?.stripped ?? false;
    this.space = new AddressSpace((name) => this.debugStream(name), options.sections);
  }

  get name(): string {
    return this.source.name;
  }

  /** IMAGE_FILE_MACHINE. PDBs of the XP time do not name their machine: those are x86. */
  get machine(): number {
    return this.dbi?.machine || MACHINE_X86;
  }

  /** Whether C names carry x86 decoration. */
  get isX86(): boolean {
    return this.machine === MACHINE_X86;
  }

  /** Whether the PDB belongs to the image with this debug record. */
  matches(codeView: CodeView): PdbMatch {
    if (codeView.kind === 'nb10') {
      if (codeView.signature !== this.signature) {
        return mismatch(
          `its signature is ${hex8(this.signature)}, the image wants ${hex8(codeView.signature)}`,
        );
      }
    } else if (this.guid === undefined) {
      return mismatch('it has no GUID');
    } else if (codeView.guid.toUpperCase() !== this.guid) {
      return mismatch(`its GUID is ${this.guid}, the image wants ${codeView.guid.toUpperCase()}`);
    }
    if (codeView.age !== this.age) return mismatch(`its age is ${this.age}, the image wants ${codeView.age}`);
    return { matches: true };
  }

  /** A stream by its name, as `srcsrv`. */
  namedStream(name: string): StreamReader | undefined {
    return this.stream(this.info.named.get(name));
  }

  /** A stream of the optional debug header; undefined where absent or empty. */
  debugStream(name: DebugStreamName): StreamReader | undefined {
    const stream = this.stream(this.dbi?.debug.get(name));
    return stream && stream.size > 0 ? stream : undefined;
  }

  /** A stream by number; undefined where either is absent. */
  stream(number: number | undefined): StreamReader | undefined {
    return number === undefined ? undefined : this.container.stream(number);
  }
}

/** Opens a PDB: reads its header, the start of its directory and two small streams. */
export function openPdb(source: ByteSource, options: PdbOptions = {}): PdbFile {
  return new PdbFile(source, options);
}

function mismatch(reason: string): PdbMatch {
  return { matches: false, reason };
}

function hex8(value: number): string {
  return value.toString(16).toUpperCase().padStart(8, '0');
}

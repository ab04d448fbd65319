import type { FpoData, FrameData, FunctionTables, InlineFrame, UnwindSource } from '../unwindSource.ts';
import { FpoRecords, FrameRecords } from './frameRecords.ts';
import { lazy } from './lazy.ts';
import { orAbsent } from './orAbsent.ts';
import type { PdbFile } from './pdbFile.ts';

/** Before the bytes of a Pdata or Xdata stream: { 1, bytes of this, bytes of data, RVA, image base, 0, 0 }. */
const TABLE_HEADER = 32;

/** What `PdbUnwind` asks of the symbols around it; RVAs are the image's. */
export interface UnwindSymbols {
  inlineFrames(rva: number): readonly InlineFrame[];
  /** Bytes of locals and saved registers that the procedure's S_FRAMEPROC counts. */
  frameBytes(rva: number): number | undefined;
  /** The decorated name of the public that starts nearest below. */
  decoratedAt(rva: number): string | undefined;
}

/** What a PDB knows about the stack, in the image's space. */
export class PdbUnwind implements UnwindSource {
  private readonly frames = lazy(() => {
    const stream = this.pdb.debugStream('frameData');
    return stream && orAbsent(() => new FrameRecords(stream, this.pdb.names()));
  });
  private readonly fpos = lazy(() => {
    const stream = this.pdb.debugStream('fpo');
    return stream && orAbsent(() => new FpoRecords(stream));
  });
  readonly functionTables = lazy(() => this.readTables());

  constructor(
    private readonly pdb: PdbFile,
    private readonly symbols: UnwindSymbols,
  ) {}

  frameData(rva: number): FrameData | undefined {
    return this.translated(rva, (source) => this.frames()?.at(source));
  }

  fpo(rva: number): FpoData | undefined {
    return this.translated(rva, (source) => this.fpos()?.at(source));
  }

  inlineFrames(rva: number): readonly InlineFrame[] {
    return this.symbols.inlineFrames(rva);
  }

  frameBytes(rva: number): number | undefined {
    return this.symbols.frameBytes(rva);
  }

  /** From frame data, else from FPO, else from the suffix of a stdcall or fastcall name. */
  parameterBytes(rva: number): number | undefined {
    if (!this.pdb.isX86) return undefined;
    const recorded = (this.frameData(rva) ?? this.fpo(rva))?.parameters;
    if (recorded !== undefined) return recorded;
    const suffix = /^[_@].*@(\d+)$/.exec(this.symbols.decoratedAt(rva) ?? '')?.[1];
    return suffix === undefined ? undefined : Number(suffix);
  }

  /** A record found in the linker's space, moved so that its distance to the address stays exact. */
  private translated<T extends { readonly start: number }>(
    rva: number,
    find: (source: number) => T | undefined,
  ): T | undefined {
    const source = this.pdb.space.toSource(rva);
    const found = source === undefined ? undefined : orAbsent(() => find(source));
    return found && source !== undefined ? { ...found, start: rva - (source - found.start) } : undefined;
  }

  private readTables(): FunctionTables | undefined {
    const pdata = this.pdb.debugStream('pdata');
    const xdata = this.pdb.debugStream('xdata');
    if (!pdata || !xdata) return undefined;
    return orAbsent(() => {
      const records = pdata.read(TABLE_HEADER, pdata.u32(8));
      const data = xdata.read(TABLE_HEADER, xdata.u32(8));
      if (records.length === 0) return undefined;
      return { pdata: records, xdata: data, xdataRva: xdata.u32(12) };
    });
  }
}

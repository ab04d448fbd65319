import type { Type } from '../../types/index.ts';
import type { InjectedSource, ModuleSymbols, SourceLine } from '../model.ts';
import type { SourceIndex } from '../source/index.ts';
import type { SymbolChoice } from '../symbolOptions.ts';
import type { InlineFrame } from '../unwindSource.ts';
import { addressTable, indexAbove, type AddressTable } from './addressTable.ts';
import { AddressSearch, type Place } from './addressSearch.ts';
import { CrossScope } from './crossScope.ts';
import { SymbolMaker, type FoundSymbol, type PdbSymbolRecord } from './foundSymbol.ts';
import { injectedSources } from './injectedSources.ts';
import { inlineChain, type InlineSite } from './inlineChain.ts';
import { lazy } from './lazy.ts';
import type { LineRun, LineTable } from './lineTable.ts';
import { LineTables } from './lineTables.ts';
import type { LocalScope } from './locals.ts';
import { localScopes } from './locals.ts';
import { ModuleStreams } from './moduleStreams.ts';
import { NameSearch, namePattern } from './nameSearch.ts';
import { orAbsent } from './orAbsent.ts';
import type { PdbFile } from './pdbFile.ts';
import { PdbUnwind } from './pdbUnwind.ts';
import { PdbTypes } from './pdbTypes.ts';
import { Procedures } from './procedures.ts';
import { sourceIndexes } from './sourceIndexes.ts';
import type { PdbSymbol } from './symbolRecord.ts';

/** Which of the public symbols are given. */
export type PublicsWish = Readonly<Pick<SymbolChoice, 'publics' | 'absolute'>>;

/** The symbols of one module from its PDB. All RVAs are in the image's space, as everywhere outside this folder. */
export class PdbSymbols implements ModuleSymbols {
  readonly status = 'pdb';
  readonly file: string;
  readonly private: boolean;
  readonly types: PdbTypes;
  readonly unwind: PdbUnwind;

  private readonly modules: ModuleStreams;
  private readonly addresses: AddressSearch;
  private readonly byName: NameSearch;
  private readonly make: SymbolMaker;
  private readonly lines: LineTables;
  private readonly procedures: Procedures;
  private readonly crossScope: CrossScope;
  private readonly indexes = lazy(() => sourceIndexes(this.pdb));

  constructor(
    readonly pdb: PdbFile,
    private readonly use: PublicsWish = { publics: 'last', absolute: false },
  ) {
    this.file = pdb.name;
    this.private = !pdb.stripped;
    this.modules = new ModuleStreams(pdb);
    this.addresses = new AddressSearch(pdb, this.modules, use.publics);
    this.byName = new NameSearch(pdb);
    this.types = new PdbTypes(pdb, this.byName);
    this.make = new SymbolMaker(pdb, this.types);
    this.lines = new LineTables(pdb, this.modules);
    this.crossScope = new CrossScope(pdb, this.modules);
    this.procedures = new Procedures(this.addresses, this.modules);
    this.unwind = new PdbUnwind(pdb, {
      inlineFrames: (rva) => this.inlineFrames(rva),
      frameBytes: (rva) => this.frameBytesAt(rva),
      decoratedAt: (rva) => this.decoratedAt(rva),
    });
  }

  injectedSources(): readonly InjectedSource[] {
    return orAbsent(() => injectedSources(this.pdb)) ?? [];
  }

  nearest(rva: number): PdbSymbolRecord | undefined {
    const [symbol] = this.symbolsAt(rva);
    return symbol;
  }

  /** Where the PDB says that its sources can be had; read when first asked for. */
  get sourceIndexes(): readonly SourceIndex[] {
    return this.indexes();
  }

  /** All symbols at the address of `nearest(rva)`; a public symbol that a private one names already is left out. */
  at(rva: number): readonly PdbSymbolRecord[] {
    const found: PdbSymbolRecord[] = [];
    for (const symbol of this.symbolsAt(rva)) {
      if (!found.some((s) => s.name === symbol.name)) found.push(symbol);
    }
    return found;
  }

  next(rva: number): PdbSymbolRecord | undefined {
    return orAbsent(() => {
      if (this.pdb.space.rearranged && this.use.publics !== 'never') return this.publicAboveInImage(rva);
      const place = this.addresses.above(rva);
      return place && this.symbolOf(place);
    });
  }

  find(name: string): readonly PdbSymbolRecord[] {
    const { publics } = this.use;
    const found =
      publics === 'only' ? [] : this.byName.globals(name).flatMap((symbol) => this.global(symbol) ?? []);
    if (publics === 'never') return found;
    const isPrivate = (rva: number): boolean =>
      publics === 'last' && found.some((s) => s.rva === rva && s.kind !== 'type' && s.kind !== 'constant');
    for (const offset of orAbsent(() => this.byName.publics(name)) ?? []) {
      const symbol = this.public(offset);
      if (symbol && !isPrivate(symbol.rva)) found.push(symbol);
    }
    return found;
  }

  *match(pattern: string): Generator<PdbSymbolRecord> {
    const wildcard = namePattern(pattern);
    const { publics, absolute } = this.use;
    for (const record of publics === 'only' ? [] : this.byName.matchingGlobals(wildcard)) {
      const symbol = this.global(record);
      if (symbol) yield symbol;
    }
    if (publics === 'never') return;
    for (const { rva, offset } of this.byName.matchingPublics(wildcard)) {
      if (publics === 'last' && this.isPrivate(rva)) continue;
      const symbol = this.public(offset);
      if (symbol) yield symbol;
    }
    if (!absolute) return;
    for (const offset of this.byName.matchingAbsolutes(wildcard)) {
      const symbol = this.public(offset);
      if (symbol) yield symbol;
    }
  }

  /** The source line of an RVA: in the procedure itself, also where another function is inlined. */
  lineAt(rva: number): SourceLine | undefined {
    return this.inSource(rva, (source) => {
      const module = this.addresses.moduleAt(source);
      const table = module === undefined ? undefined : this.lines.of(module);
      const run = table?.at(source);
      const file = run && table?.file(run.file);
      if (!table || !run || file === undefined) return undefined;
      return sourceLine(table, run, file, rva - (source - run.rva));
    });
  }

  /** Code of source files of a name, by rising RVA; that of functions inlined elsewhere is not among it. */
  *codeOf(file: string, line?: number): Generator<SourceLine> {
    const isFile = fileTest(file);
    const found: SourceLine[] = [];
    for (const module of this.pdb.files()?.modulesWith(isFile) ?? []) {
      const table = this.lines.of(module);
      if (!table) continue;
      for (const run of orAbsent(() => [...table.runs()]) ?? []) {
        if (line !== undefined && run.line !== line) continue;
        const name = table.file(run.file);
        const rva = this.pdb.space.toImage(run.rva);
        if (name !== undefined && rva !== undefined && isFile(name))
          found.push(sourceLine(table, run, name, rva));
      }
    }
    yield* found.sort((a, b) => a.rva - b.rva);
  }

  /** The functions inlined at an RVA, the innermost last. */
  inlineSitesAt(rva: number): readonly InlineSite[] {
    const sites = this.inSource(rva, (source) =>
      this.inlinedAt(source).map((site) => ({ ...site, start: rva - (source - site.start) })),
    );
    return sites ?? [];
  }

  /** The variables of the procedure at an RVA and where each is there: the procedure's scope, then those inside it. */
  localsAt(rva: number): readonly LocalScope[] {
    const scopes = this.inSource(rva, (source) => {
      const procedure = this.procedures.at(source);
      if (!procedure) return [];
      const type = (index: number): Type | undefined => this.moduleType(procedure.module, index);
      const context = { space: this.pdb.space, type, machine: this.pdb.machine };

      return localScopes(procedure, source, this.inlinedAt(source), context).map((scope) => ({
        ...scope,
        start: rva - (source - scope.start),
      }));
    });
    return scopes ?? [];
  }

  private inlinedAt(source: number): InlineSite[] {
    const procedure = this.procedures.at(source);
    if (!procedure) return [];
    const table = this.lines.of(procedure.module);
    const run = table?.at(source);
    const file = run && table?.file(run.file);
    const line = run && file !== undefined ? { file, line: run.line } : undefined;
    return inlineChain(procedure, source, table, line, this.types, this.crossScope);
  }

  /** The type of a number in a record of a module. */
  private moduleType(module: number, index: number): Type | undefined {
    return this.types.type(this.crossScope.resolve(module, index));
  }

  /** Asks in the linker's space; undefined where the address has no place there, or the PDB is cut short. */
  private inSource<T>(rva: number, ask: (source: number) => T | undefined): T | undefined {
    const source = this.pdb.space.toSource(rva);
    return source === undefined ? undefined : orAbsent(() => ask(source));
  }

  private inlineFrames(rva: number): readonly InlineFrame[] {
    const frames = this.inlineSitesAt(rva).map(({ name, start, source }) => ({
      name,
      start,
      ...(source ? { source } : {}),
    }));
    return frames.reverse();
  }

  private frameBytesAt(rva: number): number | undefined {
    return this.inSource(rva, (source) => {
      const records = this.procedures.at(source)?.records ?? [];
      const frame = records.find((r) => r.symbol.is === 'frame procedure')?.symbol;
      return frame?.is === 'frame procedure' ? frame.frameBytes + frame.savedRegisterBytes : undefined;
    });
  }

  private decoratedAt(rva: number): string | undefined {
    const place = this.placesAt(rva).find((p) => p.in === 'publics');
    return place?.in === 'publics'
      ? orAbsent(() => this.pdb.publics()?.record(place.record)?.name)
      : undefined;
  }

  /** Whether a symbol that is not public names one of the linker's RVAs. */
  private isPrivate(rva: number): boolean {
    const places = orAbsent(() => this.addresses.atOrBelow(rva)) ?? [];
    return places.some((place) => place.in !== 'publics' && place.rva === rva);
  }

  private *symbolsAt(rva: number): Generator<FoundSymbol> {
    const source = this.pdb.space.toSource(rva);
    if (source === undefined) return;
    for (const place of this.placesAt(rva)) {
      const symbol = this.symbolOf(place);
      if (!symbol) continue;
      if (rva - symbol.rva !== source - place.rva) symbol.displacement = source - place.rva;
      yield symbol;
    }
  }

  private placesAt(rva: number): Place[] {
    const source = this.pdb.space.toSource(rva);
    return source === undefined ? [] : (orAbsent(() => this.addresses.atOrBelow(source)) ?? []);
  }

  /** Publics by the image's RVA, where its parts lie in another order than the linker left them in. */
  private readonly inImage = lazy((): AddressTable => {
    const { rvas, values } = this.pdb.publics()?.addresses.all() ?? {
      rvas: new Uint32Array(0),
      values: new Uint32Array(0),
    };
    const images = Uint32Array.from(rvas, (rva) => this.pdb.space.toImage(rva) ?? 0);
    return addressTable(images, values);
  });

  private publicAboveInImage(rva: number): PdbSymbolRecord | undefined {
    const { rvas, values } = this.inImage();
    const offset = values[indexAbove(rvas, rva)];
    return offset === undefined ? undefined : this.public(offset);
  }

  private symbolOf(place: Place): FoundSymbol | undefined {
    const rva = this.pdb.space.toImage(place.rva);
    if (rva === undefined) return undefined;
    switch (place.in) {
      case 'publics':
        return this.public(place.record);
      case 'globals':
        return this.global(orAbsent(() => this.pdb.records()?.at(place.record)));
      case 'thunks': {
        const target = orAbsent(() => place.table.target(place.thunk));
        const name = target === undefined ? undefined : this.publicAt(target);
        const { thunkBytes } = place.table;
        return name === undefined
          ? undefined
          : this.make.incrementalThunk(place.thunk * thunkBytes, name, rva, thunkBytes);
      }
      case 'module': {
        const record = this.modules.symbol(
          place.index.module.index,
          place.index.named.records[place.entry] ?? 0,
        );
        return record && this.placed(record, rva, place.index.module.index);
      }
    }
  }

  /** The decorated name of the public at one of the linker's RVAs. */
  private publicAt(rva: number): string | undefined {
    const place = this.addresses.atOrBelow(rva).find((p) => p.in === 'publics');
    return place?.in === 'publics' && place.rva === rva
      ? this.pdb.publics()?.record(place.record)?.name
      : undefined;
  }

  private public(offset: number): FoundSymbol | undefined {
    const record = orAbsent(() => this.pdb.publics()?.record(offset));
    if (record && this.use.absolute && this.pdb.space.isAbsolute(record.section))
      return this.make.absolute(record);
    const rva = record && this.imageRva(record.section, record.offset);
    return rva === undefined || !record ? undefined : this.make.public(record, rva);
  }

  /** A record of the globals as a symbol; undefined for those that are none. */
  private global(record: PdbSymbol | undefined): FoundSymbol | undefined {
    switch (record?.is) {
      case 'constant':
        return this.make.constant(record);
      case 'udt':
        return this.make.typedef(record);
      case 'reference': {
        const referred = this.modules.symbol(record.module, record.record);
        return referred && this.withRva(referred, record.module);
      }
      case 'data':
      case 'procedure':
      case 'thunk':
        return this.withRva(record);
      default:
        return undefined;
    }
  }

  /** `module`: the one whose stream has the record; undefined for the globals. */
  private withRva(record: PdbSymbol, module?: number): FoundSymbol | undefined {
    if (record.is !== 'procedure' && record.is !== 'data' && record.is !== 'thunk') return undefined;
    const rva = this.imageRva(record.section, record.offset);
    return rva === undefined ? undefined : this.placed(record, rva, module);
  }

  private placed(record: PdbSymbol, rva: number, module?: number): FoundSymbol | undefined {
    const own = (index: number): number =>
      module === undefined ? index : this.crossScope.resolve(module, index);
    switch (record.is) {
      case 'procedure':
        return this.make.procedure(record, rva, own);
      case 'data':
        return this.make.data(record, rva, own);
      case 'thunk':
        return this.make.thunk(record, rva);
      default:
        return undefined;
    }
  }

  private imageRva(section: number, offset: number): number | undefined {
    const rva = this.pdb.space.sourceRva(section, offset);
    return rva === undefined ? undefined : this.pdb.space.toImage(rva);
  }
}

function sourceLine(table: LineTable, run: LineRun, file: string, rva: number): SourceLine {
  const checksum = table.checksum(run.file);
  return {
    file,
    line: run.line,
    rva,
    length: run.length,
    ...(run.column === undefined ? {} : { column: run.column }),
    ...(checksum ? { checksum } : {}),
  };
}

/** Whether a path is of the file that a person names: the whole path, its end, or the bare name. */
function fileTest(named: string): (path: string) => boolean {
  const plain = (path: string): string => path.replaceAll('\\', '/').toLowerCase();
  const wanted = plain(named);
  return (path) => {
    const whole = plain(path);
    return whole === wanted || whole.endsWith(`/${wanted}`);
  };
}

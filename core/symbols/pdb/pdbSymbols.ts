import type { ModuleSymbols } from '../model.ts';
import type { UnwindSource } from '../unwindSource.ts';
import type { TypeSource } from '../../types/index.ts';
import { AddressSearch, type Place } from './addressSearch.ts';
import { SymbolMaker, type PdbSymbolRecord } from './foundSymbol.ts';
import { ModuleStreams } from './moduleStreams.ts';
import { NameSearch, namePattern } from './nameSearch.ts';
import { orAbsent } from './orAbsent.ts';
import type { PdbFile } from './pdbFile.ts';
import type { PdbSymbol } from './symbolRecord.ts';

/** The symbols of one module from its PDB. All RVAs are in the image's space, as everywhere outside this folder. */
export class PdbSymbols implements ModuleSymbols {
  readonly status = 'pdb';
  readonly file: string;
  readonly private: boolean;

  private readonly modules: ModuleStreams;
  private readonly addresses: AddressSearch;
  private readonly byName: NameSearch;
  private readonly make: SymbolMaker;

  constructor(readonly pdb: PdbFile) {
    this.file = pdb.name;
    this.private = !pdb.stripped;
    this.modules = new ModuleStreams(pdb);
    this.addresses = new AddressSearch(pdb, this.modules);
    this.byName = new NameSearch(pdb);
    this.make = new SymbolMaker(pdb, { type: () => undefined, idType: () => undefined });
  }

  nearest(rva: number): PdbSymbolRecord | undefined {
    for (const place of this.placesAt(rva)) {
      const symbol = this.symbolOf(place);
      if (symbol) return symbol;
    }
    return undefined;
  }

  /** All symbols at the address of `nearest(rva)`; a public symbol that a private one names already is left out. */
  at(rva: number): readonly PdbSymbolRecord[] {
    const found: PdbSymbolRecord[] = [];
    for (const place of this.placesAt(rva)) {
      const symbol = this.symbolOf(place);
      if (symbol && !found.some((s) => s.name === symbol.name)) found.push(symbol);
    }
    return found;
  }

  next(rva: number): PdbSymbolRecord | undefined {
    const place = orAbsent(() =>
      this.pdb.space.rearranged ? this.publicAboveInImage(rva) : this.addresses.above(rva),
    );
    return place && this.symbolOf(place);
  }

  find(name: string): readonly PdbSymbolRecord[] {
    const found = this.byName.globals(name).flatMap((symbol) => this.global(symbol) ?? []);
    for (const offset of orAbsent(() => this.byName.publics(name)) ?? []) {
      const symbol = this.public(offset);
      if (symbol && !found.some((s) => s.rva === symbol.rva && s.kind !== 'type' && s.kind !== 'constant')) {
        found.push(symbol);
      }
    }
    return found;
  }

  *match(pattern: string): Generator<PdbSymbolRecord> {
    const wildcard = namePattern(pattern);
    for (const record of this.byName.matchingGlobals(wildcard)) {
      const symbol = this.global(record);
      if (symbol) yield symbol;
    }
    for (const { rva, offset } of this.byName.matchingPublics(wildcard)) {
      const places = orAbsent(() => this.addresses.atOrBelow(rva)) ?? [];
      if (places.some((place) => place.in !== 'publics' && place.rva === rva)) continue;
      const symbol = this.public(offset);
      if (symbol) yield symbol;
    }
  }

  readonly types?: TypeSource;
  readonly unwind?: UnwindSource;

  private placesAt(rva: number): Place[] {
    const source = this.pdb.space.toSource(rva);
    return source === undefined ? [] : (orAbsent(() => this.addresses.atOrBelow(source)) ?? []);
  }

  /** The first public above an RVA in an image whose parts lie in another order than the linker left them in. */
  private publicAboveInImage(rva: number): Place | undefined {
    const { rvas, values } = this.addresses.publics();
    let best: Place | undefined;
    let bestRva = Infinity;
    for (let i = 0; i < rvas.length; i++) {
      const source = rvas[i] ?? 0;
      const image = this.pdb.space.toImage(source);
      if (image === undefined || image <= rva || image >= bestRva) continue;
      bestRva = image;
      best = { in: 'publics', rva: source, record: values[i] ?? 0 };
    }
    return best;
  }

  private symbolOf(place: Place): PdbSymbolRecord | undefined {
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
        return record && this.placed(record, rva);
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

  private public(offset: number): PdbSymbolRecord | undefined {
    const record = orAbsent(() => this.pdb.publics()?.record(offset));
    const rva = record && this.imageRva(record.section, record.offset);
    return rva === undefined || !record ? undefined : this.make.public(record, rva);
  }

  /** A record of the globals as a symbol; undefined for those that are none. */
  private global(record: PdbSymbol | undefined): PdbSymbolRecord | undefined {
    switch (record?.is) {
      case 'constant':
        return this.make.constant(record);
      case 'udt':
        return this.make.typedef(record);
      case 'reference': {
        const referred = this.modules.symbol(record.module, record.record);
        return referred && this.withRva(referred);
      }
      case 'data':
      case 'procedure':
      case 'thunk':
        return this.withRva(record);
      default:
        return undefined;
    }
  }

  private withRva(record: PdbSymbol): PdbSymbolRecord | undefined {
    if (record.is !== 'procedure' && record.is !== 'data' && record.is !== 'thunk') return undefined;
    const rva = this.imageRva(record.section, record.offset);
    return rva === undefined ? undefined : this.placed(record, rva);
  }

  private placed(record: PdbSymbol, rva: number): PdbSymbolRecord | undefined {
    switch (record.is) {
      case 'procedure':
        return this.make.procedure(record, rva);
      case 'data':
        return this.make.data(record, rva);
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

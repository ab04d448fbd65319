/**
 * From an address to symbols. Three sources are asked: the module that the piece of the image came from (procedures,
 * thunks, static data), the globals (variables), the publics. The nearest at or below wins; at one address the private
 * symbol comes before the public one. All RVAs here are the linker's.
 */
import { indexAbove, indexAtOrBelow, type AddressTable } from './addressTable.ts';
import { globalData } from './globalData.ts';
import { lazy } from './lazy.ts';
import type { ModuleIndex } from './moduleIndex.ts';
import type { ModuleStreams } from './moduleStreams.ts';
import type { PdbFile } from './pdbFile.ts';
import type { PublicSymbolUse } from '../symbolOptions.ts';
import type { PublicSymbols, ThunkTable } from './publicSymbols.ts';
import type { SectionHeader } from './sectionHeaders.ts';

/** Where a symbol's record is. */
export type Place =
  | { readonly in: 'module'; readonly rva: number; readonly index: ModuleIndex; readonly entry: number }
  | { readonly in: 'globals'; readonly rva: number; readonly record: number }
  | { readonly in: 'publics'; readonly rva: number; readonly record: number }
  | { readonly in: 'thunks'; readonly rva: number; readonly table: ThunkTable; readonly thunk: number };

/** Symbols of one source at one address that are named. */
const MAX_AT_ONE = 256;
const EXECUTABLE = 0x20000000;
const EMPTY: AddressTable = { rvas: new Uint32Array(0), values: new Uint32Array(0) };
/** A module may have no symbol below an address in its piece: then the piece before is asked, so many times. */
const STEPS = 64;

export class AddressSearch {
  private readonly data = lazy(() => {
    const globals = this.pdb.globals();
    const records = this.pdb.records();
    return globals && records ? globalData(globals, records, this.pdb.space) : EMPTY;
  });

  constructor(
    private readonly pdb: PdbFile,
    private readonly modules: ModuleStreams,
    private readonly use: PublicSymbolUse = 'last',
  ) {}

  /** All symbols at the highest address at or below an RVA that has any, in order of preference. */
  atOrBelow(rva: number): Place[] {
    const section = this.pdb.space.sectionAt(rva);
    if (!section) return [];
    const alsoPrivate = this.use !== 'only';
    const separated = alsoPrivate ? this.separatedAt(rva) : undefined;
    if (separated) return [separated];
    const shared = this.publics?.addresses.atOrBelow(rva);
    const data = alsoPrivate && (section.characteristics & EXECUTABLE) === 0 ? this.data() : EMPTY;
    const dataEntry = indexAtOrBelow(data.rvas, rva);
    const thunk = this.thunkAt(rva);
    let best = Math.max(shared?.rva ?? -1, data.rvas[dataEntry] ?? -1, thunk?.rva ?? -1, section.rva - 1);
    const own = alsoPrivate ? this.itemAtOrBelow(rva, section, best) : undefined;
    if (own) best = own.rva;
    if (best < section.rva) return [];
    const found: Place[] = own ? itemsAt(own.index, best) : [];
    if (thunk?.rva === best) found.push(thunk);
    for (let i = dataEntry; i >= 0 && data.rvas[i] === best && i < dataEntry + MAX_AT_ONE; i++) {
      found.push({ in: 'globals', rva: best, record: data.values[i] ?? 0 });
    }
    if (shared?.rva === best)
      found.push(...shared.records.map((record): Place => ({ in: 'publics', rva: best, record })));
    return found;
  }

  /** The first symbol above an RVA, within its section. */
  above(rva: number): Place | undefined {
    const section = this.pdb.space.sectionAt(rva);
    if (!section) return undefined;
    const end = section.rva + section.virtualSize;
    const alsoPrivate = this.use !== 'only';
    const data = alsoPrivate && (section.characteristics & EXECUTABLE) === 0 ? this.data() : EMPTY;
    let best: Place | undefined;
    const offer = (place: Place | undefined): void => {
      if (place && place.rva < Math.min(end, best?.rva ?? end)) best = place;
    };
    const { thunks } = this;
    if (thunks && rva < thunks.rva + (thunks.count - 1) * thunks.thunkBytes) {
      const thunk = rva < thunks.rva ? 0 : Math.floor((rva - thunks.rva) / thunks.thunkBytes) + 1;
      offer({ in: 'thunks', rva: thunks.rva + thunk * thunks.thunkBytes, table: thunks, thunk });
    }
    if (alsoPrivate) offer(this.itemAbove(rva, section, best?.rva ?? end));
    const entry = indexAbove(data.rvas, rva);
    const dataRva = data.rvas[entry];
    if (dataRva !== undefined) offer({ in: 'globals', rva: dataRva, record: data.values[entry] ?? 0 });
    const shared = this.publics?.addresses.above(rva);
    if (shared) offer({ in: 'publics', ...shared });
    return best;
  }

  /** The module that the bytes at an RVA came from, by the last piece that starts at or before it. */
  moduleAt(rva: number): number | undefined {
    const section = this.pdb.space.sectionAt(rva);
    const pieces = this.pdb.contributions();
    if (!section || !pieces) return undefined;
    const piece = pieces.at(pieces.indexBefore(section.number, rva - section.rva));
    return piece?.section === section.number ? piece.module : undefined;
  }

  private get publics(): PublicSymbols | undefined {
    return this.use === 'never' ? undefined : this.pdb.publics();
  }

  private get thunks(): ThunkTable | undefined {
    return this.publics?.thunks;
  }

  private thunkAt(rva: number): (Place & { in: 'thunks' }) | undefined {
    const table = this.thunks;
    if (!table || rva < table.rva) return undefined;
    const thunk = Math.floor((rva - table.rva) / table.thunkBytes);
    return thunk < table.count
      ? { in: 'thunks', rva: table.rva + thunk * table.thunkBytes, table, thunk }
      : undefined;
  }

  /** The procedure whose separated code covers an RVA: that names it, whatever lies in between. */
  private separatedAt(rva: number): Place | undefined {
    const module = this.moduleAt(rva);
    const index = module === undefined ? undefined : this.modules.index(module);
    const piece = index?.separatedAt(rva) ?? -1;
    if (!index || piece < 0) return undefined;
    const entry = indexAtOrBelow(index.named.rvas, index.separated.values[piece] ?? 0);
    const parent = index.named.rvas[entry];
    return parent === undefined ? undefined : { in: 'module', rva: parent, index, entry };
  }

  /** The nearest symbol of modules at or below an RVA, as far as it does not lie below `floor`. */
  private itemAtOrBelow(
    rva: number,
    section: SectionHeader,
    floor: number,
  ): { readonly index: ModuleIndex; readonly rva: number } | undefined {
    const pieces = this.pdb.contributions();
    if (!pieces) return undefined;
    let at = pieces.indexBefore(section.number, rva - section.rva);
    let last = -1;
    for (let step = 0; step < STEPS; step++, at--) {
      const piece = pieces.at(at);
      if (piece?.section !== section.number) return undefined;
      if (piece.module !== last) {
        last = piece.module;
        const index = this.modules.index(piece.module);
        const found = index?.named.rvas[indexAtOrBelow(index.named.rvas, rva)];
        if (index && found !== undefined && found >= Math.max(floor, section.rva))
          return { index, rva: found };
      }
      if (section.rva + piece.offset <= floor) return undefined;
    }
    return undefined;
  }

  private itemAbove(rva: number, section: SectionHeader, limit: number): Place | undefined {
    const pieces = this.pdb.contributions();
    if (!pieces) return undefined;
    let at = Math.max(0, pieces.indexBefore(section.number, rva - section.rva));
    let best: Place | undefined;
    let last = -1;
    for (let step = 0; step < STEPS; step++, at++) {
      const piece = pieces.at(at);
      if (!piece || piece.section > section.number) break;
      if (piece.section < section.number || piece.module === last) continue;
      if (section.rva + piece.offset >= Math.min(limit, best?.rva ?? limit)) break;
      last = piece.module;
      const index = this.modules.index(piece.module);
      if (!index) continue;
      const entry = indexAbove(index.named.rvas, rva);
      const found = index.named.rvas[entry];
      if (found !== undefined && found < (best?.rva ?? limit))
        best = { in: 'module', rva: found, index, entry };
    }
    return best;
  }
}

/** Procedures before data before thunks. */
function itemsAt(index: ModuleIndex, rva: number): Place[] {
  const { rvas, values } = index.named;
  const entries: number[] = [];
  const first = indexAtOrBelow(rvas, rva);
  for (let entry = first; rvas[entry] === rva && entry < first + MAX_AT_ONE; entry++) entries.push(entry);
  entries.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  return entries.map((entry) => ({ in: 'module', rva, index, entry }));
}

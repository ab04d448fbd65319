/**
 * From names to records: exact names through the hash tables, patterns by visiting every name once. Globals carry names
 * as written in the source, publics decorated ones.
 */
import { compileWildcard, type Wildcard } from '../../types/index.ts';
import { LeafCursor } from './leafCursor.ts';
import { orAbsent } from './orAbsent.ts';
import type { PdbFile } from './pdbFile.ts';
import { decoratedForms, publicName } from './publicName.ts';
import { recordPieces } from './recordPieces.ts';
import { countedTextAt, textAt } from './recordText.ts';
import { hasCountedName, S } from './symbolKind.ts';
import type { PdbSymbol } from './symbolRecord.ts';
import type { SymbolRecords } from './symbolRecords.ts';

/** Offset of the name in records of publics, references and data; typedefs have it earlier. */
const NAME_AT = 14;
const TYPEDEF_NAME_AT = 8;

export class NameSearch {
  constructor(private readonly pdb: PdbFile) {}

  /** Records among the globals of exactly this name. */
  globals(name: string): PdbSymbol[] {
    const records = this.pdb.records();
    const hash = this.pdb.globals();
    if (!records || !hash) return [];
    return candidates(records, orAbsent(() => hash.candidates(name)) ?? []).filter(
      (s) => 'name' in s && s.name === name,
    );
  }

  /** Offsets of public records that are shown as `name`, or are decorated so. */
  publics(name: string): number[] {
    const publics = this.pdb.publics();
    if (!publics) return [];
    const found = new Set<number>();
    for (const form of decoratedForms(name, this.naming)) {
      for (const offset of orAbsent(() => publics.find(form)) ?? []) {
        const decorated = publics.record(offset)?.name ?? '';
        if (decorated === name || publicName(decorated, this.naming) === name) found.add(offset);
      }
    }
    if (found.size === 0 && !name.startsWith('?')) {
      const wanted = this.publicsWhere((shown) => shown === name, mayDecorate(name));
      for (const { offset } of wanted) found.add(offset);
    }
    return [...found];
  }

  /** Records among the globals whose names match a pattern. */
  *matchingGlobals(wildcard: Wildcard): Generator<PdbSymbol> {
    const records = this.pdb.records();
    const hash = this.pdb.globals();
    if (!records || !hash) return;
    if (wildcard.literal !== undefined) {
      const { literal } = wildcard;
      for (const symbol of candidates(records, orAbsent(() => hash.candidates(literal)) ?? [])) {
        if ('name' in symbol && wildcard.test(symbol.name)) yield symbol;
      }
      return;
    }
    const offsets = hash.offsets();
    for (const { bytes, view, records: found } of recordPieces(records.stream, offsets)) {
      for (const { at, length, position } of found()) {
        const name = nameOf(bytes, view, at, length);
        // references of old PDBs have their names elsewhere
        if (name !== undefined && !wildcard.test(name)) continue;
        const symbol = records.at(offsets[position] ?? 0);
        if (symbol && 'name' in symbol && (name !== undefined || wildcard.test(symbol.name))) yield symbol;
      }
    }
  }

  /** Publics whose shown names match a pattern: the linker's RVA and the offset of each record. */
  matchingPublics(wildcard: Wildcard): Generator<{ rva: number; offset: number }> {
    return this.publicsWhere((name) => wildcard.test(name));
  }

  /** Offsets of records of publics that have no place in the image, by what they are shown as. */
  *matchingAbsolutes(wildcard: Wildcard): Generator<number> {
    const { naming } = this;
    const { space } = this.pdb;
    const publics = this.pdb.publics();
    for (const offset of publics?.hash.offsets() ?? []) {
      const record = orAbsent(() => publics?.record(offset));
      if (record && space.isAbsolute(record.section) && wildcard.test(publicName(record.name, naming)))
        yield offset;
    }
  }

  /** Publics by what they are shown as; `may` leaves out decorated names before they are undecorated. */
  private *publicsWhere(
    test: (name: string) => boolean,
    may?: (decorated: string) => boolean,
  ): Generator<{ rva: number; offset: number }> {
    const records = this.pdb.records();
    const table = this.pdb.publics()?.addresses.all();
    if (!records || !table) return;
    const { naming } = this;
    for (const { bytes, records: found } of recordPieces(records.stream, table.values)) {
      for (const { at, length, position } of found()) {
        if (length <= NAME_AT) continue;
        const decorated = textAt(bytes, at + NAME_AT, at + length);
        if (may && !may(decorated)) continue;
        if (test(publicName(decorated, naming))) {
          yield { rva: table.rvas[position] ?? 0, offset: table.values[position] ?? 0 };
        }
      }
    }
  }

  private get naming(): Parameters<typeof publicName>[1] {
    return { isX86: this.pdb.isX86, undecorate: this.pdb.options.undecorate };
  }
}

/** Compiles a pattern of symbol names. */
export function namePattern(pattern: string): Wildcard {
  return compileWildcard(pattern, { symbol: true });
}

function candidates(records: SymbolRecords, offsets: readonly number[]): PdbSymbol[] {
  return offsets.flatMap((offset) => orAbsent(() => records.at(offset)) ?? []);
}

/** The name of a record among the globals; undefined where it has none in it. */
function nameOf(bytes: Uint8Array, view: DataView, at: number, length: number): string | undefined {
  const kind = view.getUint16(at + 2, true);
  const end = at + length;
  const text = hasCountedName(kind) ? countedTextAt : textAt;
  switch (kind) {
    case S.PROCREF_ST:
    case S.LPROCREF_ST:
    case S.DATAREF_ST:
      return undefined;
    case S.UDT:
    case S.UDT_ST:
    case S.COBOLUDT:
    case S.COBOLUDT_ST:
      return text(bytes, at + TYPEDEF_NAME_AT, end);
    case S.CONSTANT:
    case S.CONSTANT_ST:
      return orAbsent(() => {
        const cursor = new LeafCursor(bytes.subarray(at, end), TYPEDEF_NAME_AT);
        cursor.numeric();
        return cursor.name(hasCountedName(kind));
      });
    default:
      return text(bytes, at + NAME_AT, end);
  }
}

/**
 * Which decorated names may be of a C++ symbol `name`: those that start with its last part, `?f@`. Templates, operators
 * and constructors are decorated in other ways: any C++ name may be theirs.
 */
function mayDecorate(name: string): (decorated: string) => boolean {
  const parts = name.split('::');
  const last = parts.at(-1) ?? '';
  if (
    !/^[A-Za-z_]\w*$/.test(last) ||
    name.includes('<') ||
    last.startsWith('operator') ||
    last === parts.at(-2)
  ) {
    return (decorated) => decorated.startsWith('?');
  }
  return (decorated) => decorated.startsWith(`?${last}@`);
}

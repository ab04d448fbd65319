import { compileWildcard, type Type, type TypeSource } from '../../types/index.ts';
import { basicType, NO_TYPE } from './basicTypes.ts';
import type { TypeByIndex } from './foundSymbol.ts';
import { ItemIds, type FunctionId } from './itemIds.ts';
import { lazy } from './lazy.ts';
import type { NameSearch } from './nameSearch.ts';
import { orAbsent } from './orAbsent.ts';
import type { PdbFile } from './pdbFile.ts';
import { TypeNames } from './typeNames.ts';
import { TypeRecords } from './typeRecords.ts';
import { TypeStream } from './typeStream.ts';

const TPI_STREAM = 2;
const IPI_STREAM = 4;
const MACHINES_64 = [0x8664, 0xaa64, 0x200];

/** What compilers call a type without a name; there are many of the same "name". */
const UNNAMED = /^(?:.*::)?(?:__unnamed|<unnamed-(?:tag|type|enum)[^>]*>|<anonymous-[^>]*>)$/;

/** The types of a PDB: by name for people, by number for its symbols. */
export class PdbTypes implements TypeSource, TypeByIndex {
  readonly origin: string;
  readonly pointerSize: 4 | 8;

  private readonly stream = lazy(() => this.open(TPI_STREAM));
  private readonly typeNames = lazy(() => {
    const stream = this.stream();
    return stream && new TypeNames(stream);
  });
  private readonly records = lazy(() => {
    const stream = this.stream();
    const names = this.typeNames();
    return stream && names && new TypeRecords(stream, names, this.pointerSize);
  });
  private readonly ids = lazy(() => {
    const stream = this.pdb.info.hasIds ? this.open(IPI_STREAM) : undefined;
    return stream && new ItemIds(stream, this.typeNames());
  });

  constructor(
    private readonly pdb: PdbFile,
    private readonly symbols: NameSearch,
  ) {
    this.origin = pdb.name;
    this.pointerSize = MACHINES_64.includes(pdb.dbi?.machine ?? 0) ? 8 : 4;
  }

  /** A class, structure, union or enumeration of this name, or what a typedef of this name stands for. */
  find(name: string): Type | undefined {
    const index = orAbsent(() => this.typeNames()?.find(name));
    if (index !== undefined) return this.type(index);
    for (const symbol of this.symbols.globals(name)) if (symbol.is === 'udt') return this.type(symbol.type);
    return undefined;
  }

  /** Names of types and of typedefs, each once. */
  *names(pattern: string): Generator<string> {
    const wildcard = compileWildcard(pattern);
    const seen = new Set<string>();
    for (const { udt } of this.typeNames()?.all() ?? []) {
      if (UNNAMED.test(udt.name) || !wildcard.test(udt.name) || seen.has(udt.name)) continue;
      seen.add(udt.name);
      yield udt.name;
    }
    for (const symbol of this.symbols.matchingGlobals(wildcard)) {
      if (symbol.is !== 'udt' || seen.has(symbol.name)) continue;
      seen.add(symbol.name);
      yield symbol.name;
    }
  }

  /** The type of a number; undefined where it is "no type", or not in the PDB. */
  type(index: number): Type | undefined {
    const type = this.records()?.at(index) ?? basicType(index, this.pointerSize);
    return type === NO_TYPE ? undefined : type;
  }

  idType(index: number): Type | undefined {
    const id = this.function(index);
    return id && this.type(id.type);
  }

  /** The function that an id stands for. */
  function(id: number): FunctionId | undefined {
    return this.ids()?.functionOf(id);
  }

  private open(number: number): TypeStream | undefined {
    const stream = this.pdb.stream(number);
    return stream && orAbsent(() => new TypeStream(stream, (n) => this.pdb.stream(n)));
  }
}

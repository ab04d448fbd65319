import type { Type } from '../../types/index.ts';
import type { SymbolKind, SymbolRecord } from '../model.ts';
import { publicName } from './publicName.ts';
import type { PdbFile } from './pdbFile.ts';
import type {
  ConstantSymbol,
  DataSymbol,
  ProcedureSymbol,
  PublicSymbol,
  ThunkSymbol,
  UdtSymbol,
} from './symbolRecord.ts';

/** cvpsfCode and cvpsfFunction of cvinfo.h. */
const PUBLIC_CODE = 1 | 2;

/** What makes a `Type` of a type index, or of an id of a function. */
export interface TypeByIndex {
  type(index: number): Type | undefined;
  /** The type of an LF_FUNC_ID or LF_MFUNC_ID. */
  idType(index: number): Type | undefined;
}

/** A symbol of a PDB: what a PDB knows beyond other sources stands in the common record too. */
export type PdbSymbolRecord = SymbolRecord;

/** Symbols are made for each answer and most of them are only asked for a name or an address: types wait. */
export class FoundSymbol implements SymbolRecord {
  readonly decorated?: string;
  readonly size?: number;
  readonly private?: boolean;
  readonly value?: bigint | number;
  readonly thread?: boolean;
  readonly isCode?: boolean;
  absolute?: true;
  /** set where an address in moved code is answered with this symbol */
  displacement?: number;

  constructor(
    readonly kind: SymbolKind,
    readonly name: string,
    readonly rva: number,
    more: Partial<Pick<SymbolRecord, 'decorated' | 'size' | 'private' | 'value' | 'thread' | 'isCode'>>,
    private readonly resolve?: () => Type | undefined,
  ) {
    if (more.decorated !== undefined) this.decorated = more.decorated;
    if (more.size !== undefined) this.size = more.size;
    if (more.private) this.private = true;
    if (more.value !== undefined) this.value = more.value;
    if (more.thread) this.thread = true;
    if (more.isCode !== undefined) this.isCode = more.isCode;
  }

  get type(): Type | undefined {
    return this.resolve?.();
  }
}

/** Makes symbols of records; RVAs given to it are in the image's space. */
export class SymbolMaker {
  constructor(
    private readonly pdb: PdbFile,
    private readonly types: TypeByIndex,
  ) {}

  /** `own` makes the PDB's number of a type of one that the record has. */
  procedure(record: ProcedureSymbol, rva: number, own: (type: number) => number): FoundSymbol {
    const { size, type, isId } = record;
    const resolve = (): Type | undefined =>
      isId ? this.types.idType(own(type)) : this.types.type(own(type));
    return new FoundSymbol('function', record.name, rva, { size, private: this.isPrivate }, resolve);
  }

  data(record: DataSymbol, rva: number, own: (type: number) => number): FoundSymbol {
    const { thread, type } = record;
    return new FoundSymbol('data', record.name, rva, { private: this.isPrivate, thread }, () =>
      this.types.type(own(type)),
    );
  }

  thunk(record: ThunkSymbol, rva: number): FoundSymbol {
    return new FoundSymbol('thunk', record.name, rva, { size: record.size });
  }

  /** A jump of an incrementally linked image's jump table; `offset` is its place in the table. */
  incrementalThunk(offset: number, target: string, rva: number, size: number): FoundSymbol {
    return new FoundSymbol('thunk', incrementalName(offset, target), rva, { size });
  }

  public(record: PublicSymbol, rva: number): FoundSymbol {
    const name = this.publicName(record.name);
    const decorated = name === record.name ? undefined : record.name;
    return new FoundSymbol('public', name, rva, { decorated, isCode: (record.flags & PUBLIC_CODE) !== 0 });
  }

  /** A public symbol that is a number: `__safe_se_handler_count`. */
  absolute(record: PublicSymbol): FoundSymbol {
    const symbol = this.public(record, record.offset);
    symbol.absolute = true;
    return symbol;
  }

  constant(record: ConstantSymbol): FoundSymbol {
    const { value, type } = record;
    return new FoundSymbol('constant', record.name, 0, { value, private: this.isPrivate }, () =>
      this.types.type(type),
    );
  }

  typedef(record: UdtSymbol): FoundSymbol {
    return new FoundSymbol('type', record.name, 0, { private: this.isPrivate }, () =>
      this.types.type(record.type),
    );
  }

  publicName(decorated: string): string {
    return publicName(decorated, { isX86: this.pdb.isX86, undecorate: this.pdb.options.undecorate });
  }

  private get isPrivate(): boolean {
    return !this.pdb.stripped;
  }
}

/**
 * The name of a jump-table entry as WinDbg shows it: `ILT+15(FstCall`. DIA calls it `@ILT+15(@FstCall@12)`, and dbghelp
 * takes that for a decorated name: off comes what starts with an `@` before a digit, and every other `@`.
 */
function incrementalName(offset: number, target: string): string {
  return `ILT+${offset}(${target})`.replace(/@\d.*$/s, '').replace(/@/g, '');
}

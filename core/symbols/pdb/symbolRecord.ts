/**
 * Symbol records (of modules, globals and publics) as objects: cvinfo.h of microsoft-pdb. Offsets of other records count
 * from the start of the module's stream; addresses are section (from 1) and offset.
 */

export interface Placed {
  readonly section: number;
  readonly offset: number;
}

export interface Scope {
  /** offset of the enclosing record, 0 outermost */
  readonly parent: number;
  /** offset of the record that ends it */
  readonly end: number;
}

export interface ProcedureSymbol extends Placed, Scope {
  readonly is: 'procedure';
  readonly size: number;
  /** bytes to the end of the prolog, to the start of the epilog */
  readonly debugStart: number;
  readonly debugEnd: number;
  /** a type index, or with `isId` the index of an LF_FUNC_ID or LF_MFUNC_ID */
  readonly type: number;
  readonly isId: boolean;
  readonly flags: number;
  readonly global: boolean;
  readonly name: string;
}

export interface DataSymbol extends Placed {
  readonly is: 'data';
  readonly type: number;
  readonly global: boolean;
  /** in thread-local storage: the offset is one into the module's TLS block */
  readonly thread: boolean;
  readonly name: string;
}

export interface PublicSymbol extends Placed {
  readonly is: 'public';
  /** 1 code, 2 function, 4 managed, 8 MSIL */
  readonly flags: number;
  readonly name: string;
}

export interface ConstantSymbol {
  readonly is: 'constant';
  readonly type: number;
  readonly value: bigint | number;
  readonly name: string;
}

export interface UdtSymbol {
  readonly is: 'udt';
  readonly type: number;
  readonly name: string;
}

export interface ReferenceSymbol {
  readonly is: 'reference';
  readonly to: 'procedure' | 'data' | 'annotation';
  readonly local: boolean;
  /** index of the module */
  readonly module: number;
  /** of the record in the module's stream */
  readonly record: number;
  readonly name: string;
}

export interface ThunkSymbol extends Placed, Scope {
  readonly is: 'thunk';
  readonly size: number;
  readonly ordinal: number;
  readonly name: string;
}

export interface TrampolineSymbol {
  readonly is: 'trampoline';
  readonly size: number;
  readonly thunk: Placed;
  readonly target: Placed;
}

export interface BlockSymbol extends Placed, Scope {
  readonly is: 'block';
  readonly size: number;
  readonly name: string;
}

export interface LabelSymbol extends Placed {
  readonly is: 'label';
  readonly flags: number;
  readonly name: string;
}

export interface SeparatedCodeSymbol extends Placed, Scope {
  readonly is: 'separated code';
  readonly size: number;
  readonly flags: number;
  /** the procedure, block or separated code that it belongs to */
  readonly of: Placed;
}

export interface CoffGroupSymbol extends Placed {
  readonly is: 'coff group';
  readonly size: number;
  readonly characteristics: number;
  readonly name: string;
}

export interface SectionSymbol {
  readonly is: 'section';
  readonly number: number;
  readonly rva: number;
  readonly size: number;
  readonly characteristics: number;
  readonly name: string;
}

export interface RegisterRelativeSymbol {
  readonly is: 'register relative';
  readonly type: number;
  readonly register: number;
  readonly offset: number;
  readonly name: string;
}

export interface FramePointerRelativeSymbol {
  readonly is: 'frame relative';
  readonly type: number;
  readonly offset: number;
  readonly name: string;
}

export interface RegisterSymbol {
  readonly is: 'register';
  readonly type: number;
  /** CodeView numbers, most significant first */
  readonly registers: readonly number[];
  readonly name: string;
}

export interface LocalSymbol {
  readonly is: 'local';
  readonly type: number;
  readonly flags: number;
  readonly name: string;
}

export interface InlineSiteSymbol extends Scope {
  readonly is: 'inline site';
  /** index of an LF_FUNC_ID or LF_MFUNC_ID */
  readonly inlinee: number;
  readonly annotations: Uint8Array;
}

export interface FrameProcedureSymbol {
  readonly is: 'frame procedure';
  readonly frameBytes: number;
  readonly paddingBytes: number;
  readonly savedRegisterBytes: number;
  readonly flags: number;
}

/** A range record: what follows an S_LOCAL and says where it lives. `bytes` are the record's fields after the kind. */
export interface DefinitionRangeSymbol {
  readonly is: 'definition range';
  readonly kind: number;
  readonly bytes: Uint8Array;
}

export interface OtherSymbol {
  readonly is: 'end' | 'other';
  readonly kind: number;
}

export type PdbSymbol =
  | ProcedureSymbol
  | DataSymbol
  | PublicSymbol
  | ConstantSymbol
  | UdtSymbol
  | ReferenceSymbol
  | ThunkSymbol
  | TrampolineSymbol
  | BlockSymbol
  | LabelSymbol
  | SeparatedCodeSymbol
  | CoffGroupSymbol
  | SectionSymbol
  | RegisterRelativeSymbol
  | FramePointerRelativeSymbol
  | RegisterSymbol
  | LocalSymbol
  | InlineSiteSymbol
  | FrameProcedureSymbol
  | DefinitionRangeSymbol
  | OtherSymbol;

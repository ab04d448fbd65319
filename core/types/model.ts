/**
 * The type model that dt, ??, dv and the structure readers share. Two sources fill it: a PDB's type streams and the
 * built-in Windows layouts. Everything that refers to another type is a getter behind the interface, so that a source
 * may resolve it when asked; types may be cyclic, never walk them without a bound.
 *
 * Sizes and offsets are in bytes.
 */
export type Type =
  BasicType | PointerType | ArrayType | RecordType | EnumType | BitFieldType | ProcedureType | ModifierType;

export type BasicEncoding =
  | 'void'
  | 'signed'
  | 'unsigned'
  | 'char'
  | 'wchar'
  | 'char8'
  | 'char16'
  | 'char32'
  | 'float'
  | 'bool'
  | 'hresult'
  | 'none';

export interface BasicType {
  readonly kind: 'basic';
  /** as dt prints it: `Uint4B`, `Int4B`, `Char`, `UChar`, `Wchar`, `Void`, `Float`, `Bool` */
  readonly name: string;
  /** as x, dv and ?? print it: `unsigned int`, `wchar_t` */
  readonly cName: string;
  readonly encoding: BasicEncoding;
  readonly size: number;
}

export interface PointerType {
  readonly kind: 'pointer';
  readonly mode: 'pointer' | 'lvalue reference' | 'rvalue reference' | 'data member' | 'member function';
  readonly size: number;
  readonly target: Type;
  readonly const?: boolean;
  readonly volatile?: boolean;
  /** for pointers to members: the class they belong to */
  readonly owner?: Type;
}

export interface ArrayType {
  readonly kind: 'array';
  readonly element: Type;
  /** elements; may be a float64-exact number above 2^32 */
  readonly count: number;
  readonly size: number;
}

export interface RecordType {
  readonly kind: 'record';
  readonly tag: 'struct' | 'class' | 'union' | 'interface';
  readonly name: string;
  readonly size: number;
  /** a forward reference whose definition was not found: no members, size 0 */
  readonly forward: boolean;
  /** in the order of the declaration */
  readonly members: readonly Member[];
}

export interface FieldMember {
  readonly kind: 'field';
  readonly name: string;
  readonly offset: number;
  /** the type; of a bit field a `BitFieldType` */
  readonly type: Type;
}

export interface BaseMember {
  readonly kind: 'base';
  readonly type: Type;
  /** of the base within the object; of a virtual base 0: it is found through the vbtable */
  readonly offset: number;
  readonly virtual?: {
    readonly pointerOffset: number;
    readonly tableIndex: number;
    readonly indirect: boolean;
  };
}

export interface StaticMember {
  readonly kind: 'static';
  readonly name: string;
  readonly type: Type;
}

export interface MethodMember {
  readonly kind: 'method';
  readonly name: string;
  readonly type: Type;
  readonly static: boolean;
  readonly virtual: boolean;
  /** offset of its slot in the vftable, where it introduces one */
  readonly vftableOffset?: number;
}

export interface NestedMember {
  readonly kind: 'nested';
  readonly name: string;
  readonly type: Type;
}

/** The vftable pointer that a class introduces; dt prints it as `__VFN_table`. */
export interface VftablePointerMember {
  readonly kind: 'vftable pointer';
  readonly offset: number;
  readonly size: number;
  readonly slots?: number;
}

export type Member =
  FieldMember | BaseMember | StaticMember | MethodMember | NestedMember | VftablePointerMember;

export interface EnumType {
  readonly kind: 'enum';
  readonly name: string;
  readonly underlying: BasicType;
  readonly size: number;
  readonly forward?: boolean;
  readonly enumerators: readonly { readonly name: string; readonly value: bigint }[];
}

export interface BitFieldType {
  readonly kind: 'bit field';
  readonly base: Type;
  /** lowest bit, counted from the least significant bit of `base` at the member's offset */
  readonly position: number;
  readonly length: number;
  readonly size: number;
}

export interface ProcedureType {
  readonly kind: 'procedure';
  readonly returns: Type;
  readonly parameters: readonly Type[];
  readonly convention?: string;
  readonly variadic: boolean;
  /** of a member function */
  readonly owner?: Type;
  readonly size: 0;
}

export interface ModifierType {
  readonly kind: 'modifier';
  readonly base: Type;
  readonly const: boolean;
  readonly volatile: boolean;
  readonly unaligned: boolean;
  readonly size: number;
}

/** Where types come from, for one module or one Windows build. */
export interface TypeSource {
  /** where it came from, for messages: a PDB's path, `built-in layout win7-x86` */
  readonly origin: string;
  readonly pointerSize: 4 | 8;
  /** The type of exactly this name (case as given; WinDbg's callers fall back to ignoring case). */
  find(name: string): Type | undefined;
  /** Names that match a WinDbg pattern (`*`, `?`), in no order. */
  names(pattern: string): Iterable<string>;
}

/** A type without const, volatile and typedef-like wrapping. */
export function unmodified(type: Type): Type {
  let t = type;
  for (let i = 0; t.kind === 'modifier' && i < 16; i++) t = t.base;
  return t;
}

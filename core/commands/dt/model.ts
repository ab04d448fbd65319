import type { Address, Module } from '../../target/index.ts';
import type { MethodMember, ProcedureType, RecordType, Type, Value } from '../../types/index.ts';
import type { DxNode } from '../valueTree/index.ts';
import type { HeapNotes } from '../heap/index.ts';
import type { NumberStyle } from './numberText.ts';

/** One line of a structure. Offsets count from the structure around it. */
export type DtRow =
  | DtField
  | {
      readonly kind: 'vftable';
      readonly offset: number;
      readonly pointerSize: 4 | 8;
      readonly slots?: number;
      readonly value?: Value;
    }
  | {
      readonly kind: 'static';
      readonly name: string;
      readonly type: Type;
      readonly address?: Address;
      readonly value?: Value;
    }
  | { readonly kind: 'method'; readonly owner: RecordType; readonly method: MethodMember };

export interface DtField {
  readonly kind: 'field';
  readonly name: string;
  /** absent for a virtual base without an object: only an object's vbtable says where it lies */
  readonly offset?: number;
  readonly type: Type;
  readonly address?: Address;
  readonly value?: Value;
  /** on the way to what was asked for (`Ldr.`): its type is not printed again */
  readonly through?: boolean;
  readonly rows?: readonly DtRow[];
  readonly elements?: readonly DtElement[];
}

/** One element of an array, with -a and -b. */
export interface DtElement {
  readonly index: number;
  readonly type: Type;
  readonly address?: Address;
  readonly value?: Value;
  readonly rows?: readonly DtRow[];
  /** of an array within an array */
  readonly elements?: readonly DtElement[];
}

/** A type, or what lies at an address by a type. */
export interface DtView {
  readonly type: Type;
  readonly module?: string;
  readonly address?: Address;
  /** bytes */
  readonly size: number;
  readonly value?: Value;
  /** of a record, or of the record that a pointer variable points to */
  readonly rows?: readonly DtRow[];
  readonly elements?: readonly DtElement[];
  /** of an object of the C++ library: what is in it, printed in place of its members unless they were asked for */
  readonly contents?: { readonly elements: readonly DtElement[]; readonly more: boolean };
  /** no field matched what was asked for */
  readonly noSuchField: boolean;
  /** more than can be shown: the rest was left out */
  readonly cut: boolean;
  /** the last address that was read and is not in the dump */
  readonly unreadable?: Address;
}

/** One node of a list, with -l. */
export interface DtNode {
  readonly address: Address;
  readonly view: DtView;
}

/** A line of `dt module!pattern*`. */
export interface DtMatch {
  readonly module: string;
  readonly name: string;
  readonly address?: Address;
  readonly size?: number;
  /** with -d: its layout */
  readonly view?: DtView;
}

/** A function by its name or address. */
export interface DtFunction {
  /** `module!name` */
  readonly name: string;
  readonly address: Address;
  readonly type: ProcedureType;
  /** -f: the list of its parameters is printed */
  readonly listed: boolean;
  readonly parameters: readonly {
    readonly type: string;
    readonly name?: string;
  }[];
}

export type DtResult =
  | { readonly kind: 'help' }
  /** -natvis */
  | { readonly kind: 'visual'; readonly tree: DxNode; readonly headings: readonly string[] }
  | { readonly kind: 'function'; readonly function: DtFunction }
  | {
      readonly kind: 'view';
      readonly view: DtView;
      /** what stands above it: `ntdll!_PEB`, `Local var @ 0x12ff3c Type int` */
      readonly headings: readonly string[];
      readonly style: DtStyle;
    }
  | {
      readonly kind: 'list';
      readonly field: string;
      readonly view: DtView;
      readonly nodes: readonly DtNode[];
      readonly headings: readonly string[];
      /** why the list ended before its end */
      readonly end?: string;
      readonly style: DtStyle;
    }
  | {
      readonly kind: 'matches';
      readonly pattern: string;
      readonly size?: number;
      readonly matches: readonly DtMatch[];
      readonly verbose: boolean;
      readonly style: DtStyle;
    }
  | { readonly kind: 'symbol without type'; readonly name: string; readonly module?: Module };

/** How rows are printed. */
export interface DtStyle {
  readonly pointerSize: 4 | 8;
  /** names are padded to this width */
  readonly nameWidth: number;
  readonly compact: boolean;
  readonly noIndent: boolean;
  readonly noOffsets: boolean;
  readonly verbose: boolean;
  /** -b: pointers stand alone, without what they point to */
  readonly blocks: boolean;
  /** what `.typeopt` and `n` say of numbers */
  readonly numbers?: NumberStyle;
  /** -f: pointers to functions with the parameters of what they point to */
  readonly functionFormat?: boolean;
  /** /h: the heap blocks that pointers lead into */
  readonly heapNotes?: HeapNotes;
  /** names an address of code: `ntdll!NtClose+0x14` */
  describe(address: Address): string | undefined;
}

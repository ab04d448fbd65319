import type { Address, Memory } from '../target/index.ts';
import type { RecordType, Type } from './model.ts';

/** What memory holds at an address, read by a type. dt, dv and ?? print it, each in its way. */
export type Value =
  | IntegerValue
  | { readonly kind: 'bool'; readonly value: boolean; readonly raw: number }
  | { readonly kind: 'float'; readonly value: number; readonly size: number }
  | EnumValue
  | BitsValue
  | PointerValue
  | TextValue
  | ArrayValue
  | RecordValue
  | MissingValue
  /** a type that has no value of its own: void, a function */
  | { readonly kind: 'none' };

export interface IntegerValue {
  readonly kind: 'integer';
  /** sign-extended where `signed` */
  readonly value: bigint;
  readonly size: number;
  readonly signed: boolean;
  /** of a character type: the character, empty where it cannot be shown */
  readonly character?: string;
}

export interface EnumValue {
  readonly kind: 'enum';
  readonly value: bigint;
  readonly size: number;
  /** absent where no enumerator has the value */
  readonly name?: string;
}

export interface BitsValue {
  readonly kind: 'bits';
  /** the bits alone, from position 0 */
  readonly value: bigint;
  readonly length: number;
  /** the name where the bit field is of an enum */
  readonly name?: string;
}

export interface PointerValue {
  readonly kind: 'pointer';
  readonly address: Address;
  readonly size: 4 | 8;
  readonly target: Type;
  /** what it points to, one step on: text, a scalar, a structure's summary. Absent for null, void and functions. */
  readonly pointee?: Value;
}

/** Characters up to the first NUL. */
export interface TextValue {
  readonly kind: 'text';
  readonly text: string;
  /** elements of the array it lies in; absent behind a pointer */
  readonly count?: number;
  /** the first address that is not there, where not even one character is */
  readonly unreadable?: Address;
}

export interface ArrayValue {
  readonly kind: 'array';
  readonly count: number;
  readonly element: Type;
  readonly address: Address;
  readonly first?: Value;
}

export interface RecordValue {
  readonly kind: 'record';
  readonly record: RecordType;
  readonly address: Address;
  readonly summary?: Summary;
}

/** What the dump does not hold. */
export interface MissingValue {
  readonly kind: 'missing';
  readonly address: Address;
  readonly pointer: boolean;
}

/** The content of a structure that everybody knows, in a few words. */
export type Summary =
  | { readonly kind: 'string'; readonly text: string }
  /** a string whose characters are not in the dump */
  | { readonly kind: 'unreadable string'; readonly address: Address }
  | { readonly kind: 'links'; readonly flink: Address; readonly blink: Address }
  | { readonly kind: 'quad'; readonly value: bigint }
  | { readonly kind: 'guid'; readonly text: string }
  /** what a NatVis file says of it */
  | { readonly kind: 'visualized'; readonly text: string }
  /** a container of the C++ library */
  | { readonly kind: 'container'; readonly size: number }
  | { readonly kind: 'pair'; readonly first: Value; readonly second: Value }
  /** unique_ptr, shared_ptr and weak_ptr; the counts are those of the shared ones */
  | {
      readonly kind: 'smart pointer';
      readonly pointer: PointerValue;
      readonly uses?: number;
      readonly weaks?: number;
    }
  /** `value` is absent for nullopt */
  | { readonly kind: 'optional'; readonly value?: Value }
  /** a negative index: valueless */
  | { readonly kind: 'variant'; readonly index: number; readonly value?: Value };

/** What reading values needs to know of the process. */
export interface ValueSource {
  readonly memory: Memory;
  readonly pointerSize: 4 | 8;
  /** The definition of a record that a type source has as a forward reference only. */
  complete?(record: RecordType): RecordType;
  /** Summaries of more structures than Windows' own: the C++ library's. */
  summarize?(record: RecordType, address: Address): Summary | undefined;
}

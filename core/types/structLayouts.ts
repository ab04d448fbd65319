import type { Address, Memory } from '../target/index.ts';
import type { RecordType, Type, TypeSource } from './model.ts';

/**
 * A field found by a path such as `CurrentDirectory.DosPath.Buffer` or `Segments[3].Flags` (through structures within,
 * not through pointers; the empty path is the structure itself). Offset in bytes from the structure's start.
 */
export interface FieldPlace {
  readonly offset: number;
  readonly type: Type;
}

/**
 * Reads Windows' own structures by the names their fields have in Windows, for one view of the process (x86 or x64).
 * `has` asks before a field that only some versions have.
 */
export interface StructLayouts {
  readonly pointerSize: 4 | 8;
  /** where the layouts come from: `built-in layout win7-x86`, a PDB's path */
  readonly origin: string;
  /** what it reads from, in the order of precedence: for callers that ask for enums or names by pattern (dt) */
  readonly sources: readonly TypeSource[];
  /** The structure of this name (`_PEB`), or undefined. */
  record(name: string): RecordType | undefined;
  /** sizeof; throws `NotAvailable` where there is no such structure. */
  size(name: string): number;
  has(name: string, path: string): boolean;
  /** Where a field lies; throws `NotAvailable` where structure or field do not exist. */
  place(name: string, path: string): FieldPlace;
  offset(name: string, path: string): number;
  /** A view on a structure in memory. */
  at(name: string, memory: Memory, address: Address): StructView;
}

/** A structure at an address. Reads throw `MemoryUnreadable` where the dump does not hold the field. */
export interface StructView {
  readonly address: Address;
  readonly name: string;
  has(path: string): boolean;
  /** Address of a field. */
  addressOf(path: string): Address;
  /** An integer, enum, bit field or pointer field, zero-extended (signed types sign-extended). */
  get(path: string): bigint;
  /** The same as a number, for fields of at most 32 bits. */
  number(path: string): number;
  /** The text of a `_UNICODE_STRING` field. */
  unicodeString(path: string): string;
  /** A nested structure, or the structure that a pointer field points to (undefined where it is null). */
  struct(path: string): StructView | undefined;
}

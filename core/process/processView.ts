import { MemoryUnreadable } from '../errors/index.ts';
import type { Machine, Target } from '../target/index.ts';
import type { StructLayouts, StructView } from '../types/index.ts';

/** One side of a process: its memory read as one machine's structures. A WOW64 process has two. */
export interface ProcessView {
  readonly target: Target;
  readonly machine: Machine;
  readonly layouts: StructLayouts;
}

/** A field of a structure: `undefined` where this Windows has no such field, `null` where the dump does not hold it. */
export type Field<T = bigint> = T | null | undefined;

/** `read`, or null where the dump does not hold the memory. */
export function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (e) {
    if (e instanceof MemoryUnreadable) return null;
    throw e;
  }
}

/** An integer or pointer field. */
export function field(struct: StructView, path: string): Field {
  return struct.has(path) ? readable(() => struct.get(path)) : undefined;
}

/** A field of at most 32 bits. */
export function smallField(struct: StructView, path: string): Field<number> {
  return struct.has(path) ? readable(() => struct.number(path)) : undefined;
}

/** A BOOLEAN. */
export function booleanField(struct: StructView, path: string): Field<boolean> {
  const value = smallField(struct, path);
  return typeof value === 'number' ? value !== 0 : value;
}

/** The text of a `_UNICODE_STRING`. */
export function stringField(struct: StructView, path: string): Field<string> {
  return struct.has(path) ? readable(() => struct.unicodeString(path)) : undefined;
}

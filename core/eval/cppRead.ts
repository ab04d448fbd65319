import { ByteReader } from '../bytes/index.ts';
import { MemoryUnreadable } from '../errors/index.ts';
import { readScalar, scalarForm, type Type, unmodified } from '../types/index.ts';
import type { CppPlace } from './cppValue.ts';

/**
 * The number that a scalar's memory holds; undefined where it is not in the dump, or the type is no scalar (a record,
 * a floating-point number that no processor of Windows computes with).
 */
export function readNumber(type: Type, { address, memory }: CppPlace): bigint | number | undefined {
  const t = unmodified(type);
  try {
    if (t.kind === 'basic' && t.encoding === 'float') {
      if (t.size !== 4 && t.size !== 8) return undefined;
      const r = new ByteReader(memory.read(address, t.size));
      return t.size === 4 ? r.f32(0) : r.f64(0);
    }
    const form = scalarForm(t);
    if (!form) return undefined;
    const value = readScalar(new ByteReader(memory.read(address, form.size)), 0, form);
    return t.kind === 'basic' && t.encoding === 'bool' && value !== 0n ? 1n : value;
  } catch (e) {
    if (e instanceof MemoryUnreadable) return undefined;
    throw e;
  }
}

import { unmodified } from '../types/index.ts';
import type { CppValue } from './cppValue.ts';

/**
 * A C++ value where a command wants a number: whole numbers and pointers as they are, floating-point ones cut, arrays
 * and functions as their addresses. Undefined for what no cast makes a number of: an object.
 */
export function numberOf({ scalar, type, place }: CppValue): bigint | undefined {
  if (typeof scalar === 'bigint') return scalar;
  if (scalar !== undefined) return Number.isFinite(scalar) ? BigInt(Math.trunc(scalar)) : undefined;
  const t = unmodified(type);
  return t.kind === 'array' || t.kind === 'procedure' ? place?.address : undefined;
}

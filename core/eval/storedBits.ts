/**
 * What a pseudo-register or a variable of a NatVis list keeps of a C++ value: 64 bits. A whole number or a pointer is
 * kept as it is, a floating-point number as its bits (IEEE 754, 32 of them for float), so that C++ gets back what it
 * gave; MASM, which knows no types, sees the bits.
 */
import type { Type } from '../types/index.ts';
import { wholeNumber } from './cppArithmetic.ts';
import { convertWhole, isFloat } from './cppTypes.ts';

/** The bits of a number as a variable of a type keeps it, 0 up to 2^64. */
export function storedBits(scalar: bigint | number, type: Type): bigint {
  if (!isFloat(type)) return BigInt.asUintN(64, wholeNumber(scalar));
  const view = new DataView(new ArrayBuffer(8));
  if (type.size === 4) view.setFloat32(0, Number(scalar), true);
  else view.setFloat64(0, Number(scalar), true);
  return view.getBigUint64(0, true);
}

/** The number that bits are as a type has it. Pointers are not cut to their width here. */
export function scalarOfBits(bits: bigint, type: Type): bigint | number {
  if (!isFloat(type)) return convertWhole(bits, type);
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, bits), true);
  return type.size === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
}

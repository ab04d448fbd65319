import type { Address } from '../target/index.ts';

/**
 * A value of an expression as an address. On a 32-bit machine -4 and fffffffc mean the same place: values that are
 * the zero or the sign extension of 32 bits become the zero extension. Other values stay as they are (a WOW64 dump
 * has 64-bit addresses too), so that a wrong address is reported as it was typed.
 */
export function toAddress(value: bigint, pointerSize: 4 | 8): Address {
  if (pointerSize === 4 && isExtended32(value)) return BigInt.asUintN(32, value);
  return BigInt.asUintN(64, value);
}

/**
 * A value as `?` prints it: the signed decimal number, and how many bits the hexadecimal one is wide. On a 32-bit
 * machine values that fit in 32 bits are printed as 32-bit numbers ("Displaying Sign-Extended and 64-Bit Numbers" in
 * sign-extension.md of the debugger's documentation).
 */
export function toPrinted(value: bigint, pointerSize: 4 | 8): { signed: bigint; bits: 32 | 64 } {
  return pointerSize === 4 && isExtended32(value)
    ? { signed: BigInt.asIntN(32, value), bits: 32 }
    : { signed: BigInt.asIntN(64, value), bits: 64 };
}

/** Whether the upper half is all zeros, or all ones with the lower half's highest bit set. */
function isExtended32(value: bigint): boolean {
  const bits = BigInt.asUintN(64, value);
  return bits === BigInt.asUintN(32, bits) || BigInt.asIntN(64, value) === BigInt.asIntN(32, value);
}

/** Numbers as WinDbg's engine prints them: see samples.md, section 0, for which command has which. */

const U64 = (1n << 64n) - 1n;
const U32 = (1n << 32n) - 1n;

/** An address in the engine's own tables (k, d*, lm, x): `0012ff94`, and ``00007ff8`1e363440`` with the accent. */
export function formatAddress(address: bigint, pointerSize: 4 | 8): string {
  if (pointerSize === 4) return (address & U32).toString(16).padStart(8, '0');
  const digits = (address & U64).toString(16).padStart(16, '0');
  return `${digits.slice(0, 8)}\`${digits.slice(8)}`;
}

/** An address in an extension's text (!peb, !teb, .exr): 8 or 16 digits, no accent. */
export function formatFlat(address: bigint, pointerSize: 4 | 8): string {
  return pointerSize === 4
    ? (address & U32).toString(16).padStart(8, '0')
    : (address & U64).toString(16).padStart(16, '0');
}

/** A decimal number as dv and ?? print it: `0n42`, `0n-1`. */
export function formatDecimal(value: bigint | number): string {
  return `0n${value}`;
}

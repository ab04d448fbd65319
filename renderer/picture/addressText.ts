/** An address as the debugger's columns have it: `003486e8`, `00007ff6`12345678`. */
export function addressText(address: bigint, bits: 32 | 64): string {
  const digits = address.toString(16);
  if (bits === 32 && address <= 0xffff_ffffn) return digits.padStart(8, '0');
  const padded = digits.padStart(16, '0');
  return `${padded.slice(0, 8)}\`${padded.slice(8)}`;
}

/** Characters of an address. */
export function addressWidth(bits: 32 | 64): number {
  return bits === 32 ? 8 : 17;
}

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** A size as a person says it: `64 KB`, `1.5 MB`. */
export function sizeText(bytes: bigint | number): string {
  let value = Number(bytes);
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const rounded = unit === 0 || value >= 100 ? Math.round(value) : Math.round(value * 10) / 10;
  return `${rounded.toLocaleString('en-US')} ${UNITS[unit] ?? ''}`;
}

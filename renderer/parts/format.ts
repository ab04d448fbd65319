/** Numbers as panes show them. */

const GROUPED = new Intl.NumberFormat('en-US', { useGrouping: true });
const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** An address as the engine's tables have it: ``00007ff8`1e363440``, `0012ff94`. */
export function addressText(address: bigint, pointerSize: 4 | 8): string {
  const digits = address.toString(16).padStart(pointerSize * 2, '0');
  return pointerSize === 4 ? digits : `${digits.slice(0, -8)}\`${digits.slice(-8)}`;
}

/** A count with thin separators. */
export function countText(count: number): string {
  return GROUPED.format(count).replaceAll(',', '\u2009');
}

/** `1.2 MB`, `656 B`: three digits are enough to compare. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const text = unit === 0 ? String(value) : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
  return `${text} ${UNITS[unit] ?? ''}`;
}

const UNITS = ['B ', 'kB', 'MB', 'GB', 'TB'];

/** A size in bytes as !address writes it between parentheses: ` 584.000 kB`. */
export function formatSize(size: bigint): string {
  let value = Number(size);
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(3).padStart(8)} ${UNITS[unit] ?? ''}`;
}

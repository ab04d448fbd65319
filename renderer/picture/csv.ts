/** Rows as RFC 4180 has them. A cell that a spreadsheet would take for a formula is made plain text. */
export function csv(
  header: readonly string[],
  rows: Iterable<readonly (string | number | bigint | undefined)[]>,
): string {
  const lines = [header.map(cell).join(',')];
  for (const row of rows) lines.push(row.map(cell).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function cell(value: string | number | bigint | undefined): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const safe = value.replaceAll(FORMULA, "'");
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * Where text of a dump, which is anybody's, would begin a formula (OWASP, CSV Injection): at the cell's start, and where a
 * spreadsheet that separates by semicolons or tabs, as German Excel does, would see another cell begin within ours. The
 * wide signs count in Japanese Excel.
 */
const FORMULA =
  /^(?= *[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])|(?<=[;\t\r\n])(?= *[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/** Saves text or a picture: the host knows how. */
export type Save = (fileName: string, content: Blob) => void;

export function csvFile(text: string): Blob {
  // Excel takes UTF-8 only with the mark
  return new Blob(['\ufeff', text], { type: 'text/csv' });
}

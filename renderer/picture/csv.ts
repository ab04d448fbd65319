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
  // text of a dump is anybody's: =, +, -, @ and a tab begin a formula
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Saves text or a picture: the host knows how. */
export type Save = (fileName: string, content: Blob) => void;

export function csvFile(text: string): Blob {
  // Excel takes UTF-8 only with the mark
  return new Blob(['\ufeff', text], { type: 'text/csv' });
}

/** Widths that a person gave to columns, by table and column, kept with the layout. */
export type Widths = Readonly<Record<string, number>>;

const KEY = 'stillframe.columns.1';

/** The widths of a table's columns in characters; none where nothing is kept, or not by us. */
export function savedWidths(table: string): Widths {
  const widths = read()[table];
  if (typeof widths !== 'object' || widths === null) return {};
  return Object.fromEntries(
    Object.entries(widths).filter((e): e is [string, number] => typeof e[1] === 'number' && e[1] > 0),
  );
}

export function saveWidths(table: string, widths: Widths): void {
  localStorage.setItem(KEY, JSON.stringify({ ...read(), [table]: widths }));
}

function read(): Readonly<Record<string, unknown>> {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return typeof saved === 'object' && saved !== null ? (saved as Record<string, unknown>) : {};
  } catch {
    // damaged: the columns are as wide as their texts
    return {};
  }
}

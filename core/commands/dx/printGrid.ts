import { type Output, type Part, span } from '../../output/index.ts';
import type { DxNode } from '../valueTree/index.ts';

/** Blanks behind the widest cell of a column. */
const GAP = 4;
const EMPTY_OBJECT = '{...}';
const CUT = '...';

interface Column {
  readonly name: string;
  /** with the mark of columns whose values have members */
  readonly heading: string;
  readonly width: number;
}

/**
 * Prints the elements of a list as rows and their members as columns, with the debugger's own borders (outputs of
 * dx -g in the manual's pages on queries and on time travel).
 */
export function printGrid(node: DxNode, out: Output, limit = Number.POSITIVE_INFINITY): void {
  const rows = node.children;
  const names = [...new Set(rows.flatMap((row) => row.children.map(columnName)))];
  const columns = names.map((name) => columnOf(name, rows, limit));
  // the debugger counts the colon between an element's name and value in the gap
  const widest = rows.map((row) => row.label.length + shortened(row.value ?? '', limit).length);
  const first = Math.max(0, ...widest) + GAP;
  const heading = [' '.repeat(first), ...columns.map((c) => c.heading.padEnd(c.width))];
  const border = '='.repeat(heading.reduce((length, text) => length + text.length + 2, 1));
  out.line(border);
  out.line('= ', heading.join('= '), '=');
  out.line(border);
  for (const row of rows) out.line('= ', ...rowParts(row, columns, first, limit), '=');
  if (node.more) out.line('= [...]'.padEnd(border.length - 1), '=');
  out.line(border);
}

function columnName({ name, label }: DxNode): string {
  return name ?? label;
}

function columnOf(name: string, rows: readonly DxNode[], limit: number): Column {
  const cells = rows.flatMap((row) => row.children.filter((child) => columnName(child) === name));
  const heading = cells.some((cell) => cell.expands) ? `(+) ${name}` : name;
  const widest = Math.max(0, ...cells.map((cell) => cellText(cell, limit).length));
  return { name, heading, width: Math.max(heading.length + 1, widest + GAP) };
}

function rowParts(row: DxNode, columns: readonly Column[], first: number, limit: number): Part[] {
  const value = shortened(row.value ?? '', limit);
  const command = row.path === undefined ? undefined : `dx -r1 ${row.path}`;
  const text = value === '' ? '' : ` : ${value}`;
  const parts: Part[] = [
    span(row.label, undefined, command),
    text,
    ' '.repeat(Math.max(0, first - row.label.length - text.length)),
  ];
  for (const { name, width } of columns) {
    const cell = row.children.find((child) => columnName(child) === name);
    const shown = cell ? cellText(cell, limit) : '';
    parts.push('- ', cell?.missing ? span(shown, 'missing') : shown, ' '.repeat(width - shown.length));
  }
  return parts;
}

function cellText({ value, expands }: DxNode, limit: number): string {
  return shortened(value ?? (expands ? EMPTY_OBJECT : ''), limit);
}

function shortened(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - CUT.length)}${CUT}`;
}

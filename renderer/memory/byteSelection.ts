import type { RowSpace, SpaceRange, SpaceRow } from '../picture/rowSpace.ts';
import { columnOf } from './memoryLine.ts';
import type { MemoryFormat } from './memoryFormats.ts';

/** Selected bytes: from the unit where the selection began to the one where the caret is, both within. */
export interface ByteSelection {
  readonly anchor: SpaceRange;
  readonly head: SpaceRange;
}

/** The unit that holds an address: rows count their units from where they begin. A hole that is one row is one unit. */
export function unitAt(rows: RowSpace, format: MemoryFormat, address: bigint): SpaceRange {
  const row = rows.at(rows.rowOf(address));
  if (!row) return { start: address, end: address + 1n };
  if (row.kind === 'gap') return { start: row.start, end: row.end };
  const unit = BigInt(format.unit);
  const start = address - ((address - row.start) % unit);
  return { start, end: start + unit > row.end ? row.end : start + unit };
}

export function selectedRange({ anchor, head }: ByteSelection): SpaceRange {
  return {
    start: anchor.start < head.start ? anchor.start : head.start,
    end: anchor.end > head.end ? anchor.end : head.end,
  };
}

/** `0x51cf9c to 0x51cfab, 16 bytes`: the last address is one of them. */
export function selectionText({ start, end }: SpaceRange): string {
  const first = `0x${start.toString(16)}`;
  const size = end - start;
  return size === 1n ? `${first}, 1 byte` : `${first} to 0x${(end - 1n).toString(16)}, ${bytesText(size)}`;
}

export function bytesText(count: bigint | number): string {
  return `${count.toLocaleString('en-US')} ${BigInt(count) === 1n ? 'byte' : 'bytes'}`;
}

/** Where bytes stand in a row, in characters of its data and of its text. */
export interface RowSpan {
  readonly column: number;
  readonly width: number;
  readonly text: number;
  /** 0 where the format has no text */
  readonly textWidth: number;
}

/** The units of a row that a range touches; undefined where it touches none. */
export function rowSpan(row: SpaceRow, range: SpaceRange, format: MemoryFormat): RowSpan | undefined {
  if (range.end <= row.start || range.start >= row.end) return undefined;
  const { unit } = format;
  const from = range.start > row.start ? Number(range.start - row.start) : 0;
  const to = Number((range.end < row.end ? range.end : row.end) - row.start);
  const column = columnOf(format, from);
  const text = from - (from % unit);
  const textEnd = Math.ceil(to / unit) * unit;
  return {
    column,
    width: columnOf(format, to - 1) + format.width - column,
    text,
    textWidth: format.text === 'none' ? 0 : textEnd - text,
  };
}

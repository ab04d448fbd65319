import { bytesPerRow, character, type MemoryFormat, placeholder } from './memoryFormats.ts';
import type { RowBytes } from './pageStore.ts';

/** A piece of a line whose bytes are alike: there, not in the dump, not read yet. */
export interface LinePart {
  readonly text: string;
  readonly kind: 'there' | 'missing' | 'unknown';
}

/** A row of memory as it is drawn. */
export interface MemoryLine {
  readonly start: bigint;
  readonly data: readonly LinePart[];
  /** the bytes as characters; empty where the format has none */
  readonly text: readonly LinePart[];
  /** nothing in it is unknown: it does not change any more */
  readonly isComplete: boolean;
}

/** Writes a row's units side by side. A unit of which a byte is missing is missing. */
export function memoryLine(row: RowBytes, format: MemoryFormat): MemoryLine {
  const data = new Parts();
  for (let offset = 0, i = 0; offset + format.unit <= row.length; offset += format.unit, i++) {
    const state = row.stateOf(offset, format.unit);
    const unit = state === 'there' ? format.write(row, offset) : placeholder(format, state);
    data.add(`${i === 0 ? '' : separator(format, i)}${unit}`, state);
  }
  const text = new Parts();
  if (format.text === 'latin1') {
    for (let i = 0; i < row.length; i++) {
      const state = row.stateOf(i, 1);
      text.add(state === 'there' ? character(row.view.getUint8(i)) : state === 'missing' ? '?' : '·', state);
    }
  }
  return { start: row.start, data: data.list, text: text.list, isComplete: row.isComplete };
}

/** What stands in front of a unit: db's dash in the middle of a row of bytes, else blanks. */
function separator({ gap, id }: MemoryFormat, i: number): string {
  return id === 'bytes' && i === 8 ? '-' : ' '.repeat(gap);
}

class Parts {
  readonly list: { text: string; kind: LinePart['kind'] }[] = [];

  add(text: string, kind: LinePart['kind']): void {
    const last = this.list.at(-1);
    if (last?.kind === kind) last.text += text;
    else this.list.push({ text, kind });
  }
}

/** The column of characters at which a byte's unit begins. */
export function columnOf(format: MemoryFormat, offset: number): number {
  return Math.floor(offset / format.unit) * (format.width + format.gap);
}

/** The first byte of the unit in a column of characters, clipped to the row. */
export function offsetAtColumn(format: MemoryFormat, column: number): number {
  const unit = Math.floor(column / (format.width + format.gap));
  return Math.max(0, Math.min(format.perRow - 1, unit)) * format.unit;
}

/** Characters of the data of a row. */
export function dataWidth(format: MemoryFormat): number {
  return format.perRow * (format.width + format.gap) - format.gap;
}

/** Characters of the text behind the data; 0 where there is none. */
export function textWidth(format: MemoryFormat): number {
  return format.text === 'none' ? 0 : bytesPerRow(format);
}

import type { RowBytes } from './pageStore.ts';

/** A way to show memory: what a unit is, how many stand in a row, and how one is written. */
export interface MemoryFormat {
  readonly id: FormatId;
  /** what the choice says */
  readonly label: string;
  /** the d* command that shows the same */
  readonly command: string;
  /** bytes of a unit */
  readonly unit: number;
  readonly perRow: number;
  /** characters of a unit; all are as wide */
  readonly width: number;
  /** characters between two units */
  readonly gap: number;
  /** whether the row's bytes follow as text */
  readonly text: 'latin1' | 'none';
  /** whether what a unit points to stands behind it */
  readonly notes: boolean;
  /** A unit whose bytes are all there. */
  write(row: RowBytes, offset: number): string;
}

export const FORMAT_IDS = [
  'bytes',
  'words',
  'dwords',
  'qwords',
  'pointers',
  'floats',
  'doubles',
  'ascii',
  'unicode',
] as const;
export type FormatId = (typeof FORMAT_IDS)[number];

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

function hex(row: RowBytes, offset: number, size: number): string {
  let text = '';
  for (let i = offset + size - 1; i >= offset; i--) text += HEX[row.view.getUint8(i)] ?? '';
  return text;
}

/** `0123456789abcdef` with the tick in the middle, as the debugger writes 64-bit numbers. */
function hex64(row: RowBytes, offset: number): string {
  return `${hex(row, offset + 4, 4)}\`${hex(row, offset, 4)}`;
}

/** As many digits as a number of that size holds, without the zeros behind them. */
function float(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-Infinity' : 'Infinity';
  if (Object.is(value, -0)) return '-0';
  return String(Number(value.toPrecision(digits)));
}

const NUMBER = { gap: 1, text: 'none', notes: false } as const;

const FORMATS: Readonly<Record<Exclude<FormatId, 'pointers'>, MemoryFormat>> = {
  bytes: {
    ...NUMBER,
    id: 'bytes',
    label: 'Bytes',
    command: 'db',
    unit: 1,
    perRow: 16,
    width: 2,
    text: 'latin1',
    write: (row, offset) => HEX[row.view.getUint8(offset)] ?? '',
  },
  words: {
    ...NUMBER,
    id: 'words',
    label: 'Words',
    command: 'dw',
    unit: 2,
    perRow: 8,
    width: 4,
    write: (row, offset) => hex(row, offset, 2),
  },
  dwords: {
    ...NUMBER,
    id: 'dwords',
    label: 'Dwords',
    command: 'dc',
    unit: 4,
    perRow: 4,
    width: 8,
    text: 'latin1',
    write: (row, offset) => hex(row, offset, 4),
  },
  qwords: {
    ...NUMBER,
    id: 'qwords',
    label: 'Qwords',
    command: 'dq',
    unit: 8,
    perRow: 2,
    width: 17,
    write: hex64,
  },
  floats: {
    ...NUMBER,
    id: 'floats',
    label: 'Floats',
    command: 'df',
    unit: 4,
    perRow: 4,
    width: 15,
    write: (row, offset) => float(row.view.getFloat32(offset, true), 8).padStart(15),
  },
  doubles: {
    ...NUMBER,
    id: 'doubles',
    label: 'Doubles',
    command: 'dD',
    unit: 8,
    perRow: 2,
    width: 24,
    write: (row, offset) => float(row.view.getFloat64(offset, true), 16).padStart(24),
  },
  ascii: {
    ...NUMBER,
    id: 'ascii',
    label: 'ASCII',
    command: 'da',
    unit: 1,
    perRow: 64,
    width: 1,
    gap: 0,
    write: (row, offset) => character(row.view.getUint8(offset)),
  },
  unicode: {
    ...NUMBER,
    id: 'unicode',
    label: 'Unicode',
    command: 'du',
    unit: 2,
    perRow: 32,
    width: 1,
    gap: 0,
    write: (row, offset) => {
      const code = row.view.getUint16(offset, true);
      // wide, combining and turning characters would move the columns behind them
      return code > 0xff && !isNarrow(code) ? '·' : character(code);
    },
  },
};

/** The format of an id, for pointers of a size. */
export function memoryFormat(id: FormatId, pointerSize: 4 | 8): MemoryFormat {
  if (id !== 'pointers') return FORMATS[id];
  const isWide = pointerSize === 8;
  return {
    ...NUMBER,
    id,
    label: 'Pointers',
    command: 'dps',
    unit: pointerSize,
    perRow: 1,
    width: isWide ? 17 : 8,
    notes: true,
    write: isWide ? hex64 : (row, offset) => hex(row, offset, 4),
  };
}

/** Bytes that a row keeps however narrow its pane is. */
const MIN_ROW_BYTES = 8;
/** Rows end at a multiple of it: columns of dwords stay columns, and 12 bytes fit where 16 do not. */
const ROW_STEP = 4;

/**
 * The format with as many units a row as a number of characters holds. Not more than the d* command has: offsets are
 * counted in sixteens.
 */
export function fitFormat(format: MemoryFormat, characters: number): MemoryFormat {
  const { unit, width, gap, text } = format;
  const fits = (units: number): boolean => {
    const data = units * (width + gap) - gap;
    return data + (text === 'none' ? 0 : 2 + units * unit) <= characters;
  };
  // text is read in lines of eights
  const step = Math.max(1, (gap === 0 ? 8 : ROW_STEP) / unit);
  let { perRow } = format;
  while ((perRow - step) * unit >= MIN_ROW_BYTES && !fits(perRow)) perRow -= step;
  return perRow === format.perRow ? format : { ...format, perRow };
}

/** A byte as a character; a dot for what does not print. */
export function character(code: number): string {
  return (code >= 0x20 && code < 0x7f) || (code >= 0xa1 && code <= 0xff && code !== 0xad)
    ? String.fromCharCode(code)
    : '.';
}

/** Letters of Latin, Greek and Cyrillic: those a monospaced face has at one column. */
function isNarrow(code: number): boolean {
  return (code >= 0x100 && code < 0x180) || (code >= 0x386 && code < 0x482 && code !== 0x38b);
}

/** What stands in place of a unit that is not in the dump, or not read yet. */
export function placeholder({ width, unit }: MemoryFormat, kind: 'missing' | 'unknown'): string {
  const sign = kind === 'missing' ? '?' : '·';
  if (width === 17 && unit === 8) return `${sign.repeat(8)}\`${sign.repeat(8)}`;
  return width > unit * 2 ? sign.repeat(unit * 2).padStart(width) : sign.repeat(width);
}

export function bytesPerRow({ unit, perRow }: MemoryFormat): number {
  return unit * perRow;
}

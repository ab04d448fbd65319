import { formatAddress, formatDouble, formatSingle } from '../../output/index.ts';
import { type Block, isPresent } from './block.ts';

/**
 * How one d* command prints numbers: columns and default counts as the table of d, da, db… in the documentation and
 * real output have them (samples.md, section 7).
 */
export interface NumberFormat {
  /** bytes of one number */
  readonly unit: 1 | 2 | 4 | 8;
  /** numbers a row */
  readonly columns: number;
  /** numbers shown when no length is given */
  readonly count: number;
  /** whether the row's bytes follow as characters */
  readonly characters: boolean;
  /** what stands for a number that is not in the dump; as wide as a number */
  readonly missing: string;
  /** the number at an offset; all its bytes are there */
  text(block: Block, offset: number): string;
  /** the same for JSON: 64-bit values as `0x…` */
  value(block: Block, offset: number): number | string;
  /** the same as an address, of numbers that may be one; exact below 2^53 */
  address?(block: Block, offset: number): number;
}

const HEX_BYTES = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

function hexBytes(block: Block, offset: number, size: number): string {
  let text = '';
  for (let i = offset + size - 1; i >= offset; i--) text += HEX_BYTES[block.bytes[i] ?? 0] ?? '';
  return text;
}

const byte: NumberFormat = {
  unit: 1,
  columns: 16,
  count: 128,
  characters: true,
  missing: '??',
  text: (block, offset) => hexBytes(block, offset, 1),
  value: (block, offset) => block.view.getUint8(offset),
};

const word: NumberFormat = {
  unit: 2,
  columns: 8,
  count: 64,
  characters: false,
  missing: '????',
  text: (block, offset) => hexBytes(block, offset, 2),
  value: (block, offset) => block.view.getUint16(offset, true),
};

const dword: NumberFormat = {
  unit: 4,
  columns: 4,
  count: 32,
  characters: false,
  missing: '????????',
  text: (block, offset) => hexBytes(block, offset, 4),
  value: (block, offset) => block.view.getUint32(offset, true),
  address: (block, offset) => block.view.getUint32(offset, true),
};

const qword: NumberFormat = {
  unit: 8,
  columns: 2,
  count: 16,
  characters: false,
  missing: '????????`????????',
  text: (block, offset) => `${hexBytes(block, offset + 4, 4)}\`${hexBytes(block, offset, 4)}`,
  value: (block, offset) => `0x${block.view.getBigUint64(offset, true).toString(16)}`,
  address: (block, offset) =>
    block.view.getUint32(offset + 4, true) * 0x1_0000_0000 + block.view.getUint32(offset, true),
};

const single: NumberFormat = {
  unit: 4,
  columns: 4,
  count: 16,
  characters: false,
  missing: '????????'.padStart(16),
  text: (block, offset) => formatSingle(block.view.getUint32(offset, true), 8).padStart(16),
  value: (block, offset) => finite(block.view.getFloat32(offset, true)),
};

// 22 wide with 12 digits: own layout, no public sample of dD is known
const double: NumberFormat = {
  unit: 8,
  columns: 3,
  count: 15,
  characters: false,
  missing: '????????????????'.padStart(22),
  text: (block, offset) => formatDouble(block.view.getBigUint64(offset, true), 12).padStart(22),
  value: (block, offset) => finite(block.view.getFloat64(offset, true)),
};

/** JSON has no infinities: they stand as text. */
function finite(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** The formats by the letters after `d`. `dp` is dd or dq, by the machine in effect. */
export const NUMBER_FORMATS = {
  b: byte,
  w: word,
  W: { ...word, characters: true },
  d: dword,
  c: { ...dword, characters: true },
  q: qword,
  f: single,
  D: double,
} satisfies Record<string, NumberFormat>;

/** A pointer-sized format: its JSON values are addresses, so `0x…` in 32 bits too. */
export function pointerFormat(pointerSize: 4 | 8): NumberFormat {
  if (pointerSize === 8) return qword;
  return { ...dword, value: (block, offset) => `0x${block.view.getUint32(offset, true).toString(16)}` };
}

/** A row's address column. */
export function rowAddress(address: bigint, pointerSize: 4 | 8): string {
  // in the 32-bit view of a 64-bit dump an address above 4 GiB keeps its digits
  return formatAddress(address, address >> 32n ? 8 : pointerSize);
}

/** The text of the number at an offset, or the question marks that stand for it. */
export function numberText(format: NumberFormat, block: Block, offset: number): string {
  return isPresent(block, offset, format.unit) ? format.text(block, offset) : format.missing;
}

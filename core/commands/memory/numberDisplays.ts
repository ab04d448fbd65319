import { hexAddress } from '../../bytes/index.ts';
import { span, type Output, type Part } from '../../output/index.ts';
import type { AddressRange, Memory } from '../../target/index.ts';
import { command, type Call, type Command, type CommandHelp, type Tier } from '../command.ts';
import { type Block, integerAt, isPresent, readBlock } from './block.ts';
import { asciiCharacter } from './characters.ts';
import { NUMBER_FORMATS, type NumberFormat, numberText, rowAddress } from './numberFormats.ts';
import { rememberShown, type ShownRange, shownRange } from './shownRange.ts';

/** Bytes read at a time: a range may be longer than there is memory for its text. */
const CHUNK = 0x10000;
/** Windows maps nothing in the first 64 KiB. */
const LOWEST_ADDRESS = 0x10000;
/** Values that the JSON output gives at most; `count` says how many there are. */
const MAX_VALUES = 0x10000;

/** A run of numbers in memory. The rows are read when they are printed: the range may be hundreds of megabytes. */
export interface NumbersModel extends AddressRange {
  readonly format: NumberFormat;
  readonly columns: number;
  readonly pointerSize: 4 | 8;
  readonly memory: Memory;
}

/** The model of a range, and what the next d* command has to know of it. */
export function numbersModel(
  call: Call,
  format: NumberFormat,
  range: ShownRange = shownRange(call, format.unit, format.count),
): NumbersModel {
  const { start, end, columns = format.columns } = range;
  const { memory } = call.session.target;
  // an end address within a number shows that number whole
  const unit = BigInt(format.unit);
  const last = start + ((end - start - 1n) / unit) * unit;
  rememberShown(call.session, last + unit, integerAt(readBlock(memory, last, format.unit), 0, format.unit));
  return { start, end: last + unit, format, columns, pointerSize: call.session.machine.pointerSize, memory };
}

/** Prints `length` bytes of a block as one row. */
export type RowPrinter = (block: Block, offset: number, length: number, out: Output) => void;

/** Prints the rows, resting between them: another command's output does not wait for the end of a long range. */
export async function printNumbers(
  model: NumbersModel,
  out: Output,
  { pace }: Call,
  printRow: RowPrinter = (...row) => {
    printNumberRow(model, ...row);
  },
): Promise<void> {
  const total = Number(model.end - model.start);
  let done = 0;
  for (const { block, length } of chunks(model)) {
    const rowBytes = model.columns * model.format.unit;
    for (let offset = 0; offset < length; offset += rowBytes) {
      printRow(block, offset, Math.min(rowBytes, length - offset), out);
    }
    done += length;
    if (pace.due()) await pace.rest({ done, total, what: 'bytes' });
  }
}

/** The values in order, null where the dump has none, as far as JSON output goes. */
export function numbersData(model: NumbersModel) {
  const { format, columns } = model;
  const count = Number(model.end - model.start) / format.unit;
  const values: (number | string | null)[] = [];
  for (const { block, length } of chunks(model)) {
    for (let offset = 0; offset < length && values.length < MAX_VALUES; offset += format.unit) {
      values.push(isPresent(block, offset, format.unit) ? format.value(block, offset) : null);
    }
    if (values.length >= MAX_VALUES) break;
  }
  return {
    address: hexAddress(model.start),
    unit: format.unit,
    columns,
    count,
    values,
    truncated: values.length < count,
  };
}

/** Pieces of whole rows. */
function* chunks(model: NumbersModel): Generator<{ block: Block; length: number }> {
  const { format, memory } = model;
  const rowBytes = model.columns * format.unit;
  const step = Math.max(1, Math.floor(CHUNK / rowBytes)) * rowBytes;
  const total = Number(model.end - model.start);
  for (let done = 0; done < total; done += step) {
    const length = Math.min(step, total - done);
    yield { block: readBlock(memory, model.start + BigInt(done), length), length };
  }
}

/** Prints `length` bytes of a block as one row; `behind` stands at its end. */
export function printNumberRow(
  model: Pick<NumbersModel, 'format' | 'columns' | 'pointerSize'>,
  block: Block,
  offset: number,
  length: number,
  out: Output,
  behind: readonly Part[] = [],
): void {
  const { format, columns, pointerSize } = model;
  const parts: Part[] = [span(rowAddress(block.start + BigInt(offset), pointerSize), 'address')];
  let width = 0;
  let text = '  ';
  for (let at = offset, column = 0; at < offset + length; at += format.unit, column++) {
    // the eighth and ninth byte are parted by a hyphen
    if (column > 0) text += format.unit === 1 && column === 8 ? '-' : ' ';
    const number = numberText(format, block, at);
    width += number.length + (column > 0 ? 1 : 0);
    const value = number === format.missing ? 0 : (format.address?.(block, at) ?? 0);
    if (value >= LOWEST_ADDRESS && out.leads(value)) {
      parts.push(text, span(number, 'address'));
      text = '';
    } else text += number;
  }
  if (format.characters) {
    const blanks = columns * (format.missing.length + 1) - 1 - width;
    text += `${' '.repeat(Math.max(0, blanks))}  ${characters(block, offset, length)}`;
  }
  out.line(...parts, text, ...behind);
}

function characters(block: Block, offset: number, length: number): string {
  let text = '';
  for (let i = offset; i < offset + length; i++) {
    text += block.present[i] ? asciiCharacter(block.bytes[i] ?? 0) : '?';
  }
  return text;
}

const RANGE = '[/c Columns] [Range]';
const OPTIONS: CommandHelp['options'] = [{ flag: '/c Columns', meaning: 'numbers a row' }];

type NumbersName = `d${'b' | 'c' | 'd' | 'q' | 'w' | 'W' | 'f' | 'D'}`;

function numbersCommand(name: NumbersName, tier: Tier, summary: string, format: NumberFormat): Command {
  return command<NumbersModel>({
    name,
    tier,
    summary,
    syntax: [`${name} ${RANGE}`],
    options: OPTIONS,
    run: (call) => numbersModel(call, format),
    print: printNumbers,
    data: numbersData,
  });
}

/** db, dw, dd…; dp has a file of its own. */
export const numberDisplays: readonly Command[] = [
  numbersCommand('db', 'A', 'Shows memory as bytes and characters.', NUMBER_FORMATS.b),
  numbersCommand('dc', 'A', 'Shows memory as 32-bit words and characters.', NUMBER_FORMATS.c),
  numbersCommand('dd', 'A', 'Shows memory as 32-bit words.', NUMBER_FORMATS.d),
  numbersCommand('dq', 'A', 'Shows memory as 64-bit words.', NUMBER_FORMATS.q),
  numbersCommand('dw', 'B', 'Shows memory as 16-bit words.', NUMBER_FORMATS.w),
  numbersCommand('dW', 'C', 'Shows memory as 16-bit words and characters.', NUMBER_FORMATS.W),
  numbersCommand('df', 'C', 'Shows memory as single-precision floating-point numbers.', NUMBER_FORMATS.f),
  numbersCommand('dD', 'C', 'Shows memory as double-precision floating-point numbers.', NUMBER_FORMATS.D),
];

import { hexAddress } from '../../bytes/index.ts';
import { span, type Output } from '../../output/index.ts';
import { readStruct } from '../../target/index.ts';
import { command, type Command } from '../command.ts';
import { rowAddress } from './numberFormats.ts';
import { rememberShown, shownAddress, shownRange } from './shownRange.ts';
import { readText, type CharacterSize, type ShownText } from './textRows.ts';

/** Characters a row: what the debugger prints, though its documentation says 48. */
const COLUMNS = 32;
/** Characters shown when no length is given: twelve rows. */
const DEFAULT_COUNT = 12 * COLUMNS;
/** Rows of a counted string of which nothing is in the dump: as many as da shows. */
const MISSING_ROWS = DEFAULT_COUNT / COLUMNS;
/** A counted string is at most 65535 bytes; what a range may ask for beyond that is no text. */
const MAX_COUNT = 0x100000;

interface TextModel {
  readonly address: bigint;
  readonly shown: ShownText;
  readonly pointerSize: 4 | 8;
}

function printText({ shown, pointerSize }: TextModel, out: Output): void {
  for (const { address, text } of shown.rows) {
    out.line(span(rowAddress(address, pointerSize), 'address'), `  "${text}"`);
  }
}

function wholeText(shown: ShownText): string {
  return shown.rows.map((row) => row.text).join('');
}

function textCommand(name: 'da' | 'du', size: CharacterSize, summary: string): Command {
  return command<TextModel>({
    name,
    tier: 'A',
    summary,
    syntax: [`${name} [/c Columns] [Range]`],
    options: [{ flag: '/c Columns', meaning: 'characters a row; 32 unless given' }],
    run(call) {
      const { start, end, columns = COLUMNS } = shownRange(call, size, DEFAULT_COUNT);
      const count = Math.min(MAX_COUNT, Math.ceil(Number(end - start) / size));
      const request = { address: start, count, size, columns, stopAtNul: true };
      const shown = readText(call.session.target.memory, request);
      rememberShown(call.session, shown.end);
      return { address: start, shown, pointerSize: call.session.machine.pointerSize };
    },
    print: printText,
    data: ({ address, shown }) => ({
      address: hexAddress(address),
      unit: size,
      text: shown.missing ? null : wholeText(shown),
      terminated: shown.terminated,
    }),
  });
}

/** A STRING or UNICODE_STRING, and the text that it leads to. */
interface CountedModel extends TextModel {
  /** bytes */
  readonly length: number;
  readonly maximumLength: number;
  readonly buffer: bigint;
}

function countedCommand(name: 'ds' | 'dS', size: CharacterSize, structure: string): Command {
  return command<CountedModel>({
    name,
    tier: size === 1 ? 'C' : 'B',
    summary: `Shows the text of a ${structure} structure.`,
    syntax: [`${name} [/c Columns] [Address]`],
    options: [{ flag: '/c Columns', meaning: 'characters a row; 32 unless given' }],
    run(call) {
      const { address, columns = COLUMNS } = shownAddress(call);
      const { memory } = call.session.target;
      const { pointerSize } = call.session.machine;
      // USHORT Length, USHORT MaximumLength, then the pointer at its own alignment (ntdef.h)
      const structureBytes = readStruct(memory, address, 2 * pointerSize);
      const length = structureBytes.u16(0);
      const buffer = structureBytes.pointer(pointerSize, pointerSize);
      const count = Math.floor(length / size);
      const text = readText(memory, {
        address: buffer,
        count: Math.max(count, 0),
        size,
        columns,
        stopAtNul: false,
      });
      // a length that is none makes two thousand rows of question marks
      const shown = text.missing ? { ...text, rows: text.rows.slice(0, MISSING_ROWS) } : text;
      rememberShown(call.session, address + BigInt(2 * pointerSize));
      return { address, shown, pointerSize, length, maximumLength: structureBytes.u16(2), buffer };
    },
    print: printText,
    data: ({ address, shown, length, maximumLength, buffer }) => ({
      address: hexAddress(address),
      length,
      maximumLength,
      buffer: hexAddress(buffer),
      text: shown.missing && length > 0 ? null : wholeText(shown),
    }),
  });
}

/** da, du, ds, dS. */
export const textDisplays: readonly Command[] = [
  textCommand('da', 1, 'Shows memory as ANSI text up to a NUL.'),
  textCommand('du', 2, 'Shows memory as UTF-16 text up to a NUL.'),
  countedCommand('ds', 1, 'STRING or ANSI_STRING'),
  countedCommand('dS', 2, 'UNICODE_STRING'),
];

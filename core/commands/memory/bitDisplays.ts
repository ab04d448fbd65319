import { span } from '../../output/index.ts';
import { command, type Call, type Command } from '../command.ts';
import { isPresent, readBlock } from './block.ts';
import { numbersData, numbersModel, type NumbersModel } from './numberDisplays.ts';
import { NUMBER_FORMATS, numberText, rowAddress } from './numberFormats.ts';

/** What stands above the rows; four bytes a row. */
const HEADS = {
  dyb: ['76543210 76543210 76543210 76543210', '-------- -------- -------- --------'],
  // own layout, not verified: the tens of the bit numbers stand above them
  dyd: [
    ' 3          2          1          0',
    '10987654 32109876 54321098 76543210',
    '-------- -------- -------- --------',
  ],
} as const;

function bitsCommand(name: keyof typeof HEADS, summary: string): Command {
  const format =
    name === 'dyb'
      ? { ...NUMBER_FORMATS.b, columns: 4, count: 32, characters: false }
      : { ...NUMBER_FORMATS.d, columns: 1, count: 8 };
  return command<NumbersModel>({
    name,
    tier: 'C',
    summary,
    syntax: [`${name} [Range]`],
    run: (call: Call) => numbersModel(call, format),
    async print(model, out, { pace }) {
      const indent = ' '.repeat(rowAddress(model.start, model.pointerSize).length + 2);
      for (const head of HEADS[name]) out.line(indent + head);
      const rowBytes = model.columns * model.format.unit;
      for (let at = model.start; at < model.end; at += BigInt(rowBytes)) {
        const length = Math.min(rowBytes, Number(model.end - at));
        const block = readBlock(model.memory, at, length);
        const bits: string[] = [];
        for (let i = 0; i < length; i++) {
          // bytes of a word stand with the highest first, like its digits
          const offset = name === 'dyb' ? i : i - (i % 4) + 3 - (i % 4);
          bits.push(
            isPresent(block, offset, 1)
              ? (block.bytes[offset] ?? 0).toString(2).padStart(8, '0')
              : '????????',
          );
        }
        const numbers: string[] = [];
        for (let i = 0; i < length; i += format.unit) numbers.push(numberText(format, block, i));
        const text = `${bits.join(' ').padEnd(rowBytes * 9 - 1)}  ${numbers.join(' ')}`;
        out.line(span(rowAddress(at, model.pointerSize), 'address'), `  ${text}`);
        if (pace.due())
          await pace.rest({
            done: Number(at - model.start),
            total: Number(model.end - model.start),
            what: 'bytes',
          });
      }
    },
    data: numbersData,
  });
}

/** dyb and dyd. */
export const bitDisplays: readonly Command[] = [
  bitsCommand('dyb', 'Shows memory as bits and bytes.'),
  bitsCommand('dyd', 'Shows memory as bits and 32-bit words.'),
];

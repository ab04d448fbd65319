import { toPrinted } from '../../eval/index.ts';
import { hexAddress } from '../../bytes/index.ts';
import { formatAddress, type Output } from '../../output/index.ts';
import { UsageError } from '../../errors/index.ts';
import { command } from '../command.ts';

interface ValueModel {
  /** 64 bits, unsigned */
  readonly value: bigint;
  readonly pointerSize: 4 | 8;
}

function printValue({ value, pointerSize }: ValueModel, out: Output): void {
  const { signed, bits } = toPrinted(value, pointerSize);
  out.line(`Evaluate expression: ${signed} = ${formatAddress(value, bits === 32 ? 4 : 8)}`);
}

export const evaluate = command<ValueModel>({
  name: '?',
  // a sign is a name of one character unless a pattern says more
  pattern: /^\?(?!\?)/,
  tier: 'A',
  syntax: ['? Expression'],
  summary: 'Evaluates an expression and prints its value in decimal and hexadecimal.',
  run({ session, args }) {
    if (args === '') throw new UsageError('? takes an expression; .help lists the commands');
    const value = BigInt.asUintN(64, session.evaluator.evaluate(args));
    return { value, pointerSize: session.machine.pointerSize };
  },
  print: printValue,
  data: ({ value, pointerSize }) => ({
    value: hexAddress(toPrinted(value, pointerSize).bits === 32 ? BigInt.asUintN(32, value) : value),
    signed: String(toPrinted(value, pointerSize).signed),
  }),
});

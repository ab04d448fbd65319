import { toPrinted } from '../../eval/index.ts';
import { hexAddress } from '../../bytes/index.ts';
import { formatAddress, type Output, span } from '../../output/index.ts';
import { command } from '../command.ts';

interface ValueModel {
  /** 64 bits, unsigned */
  readonly value: bigint;
  readonly pointerSize: 4 | 8;
}

function printValue({ value, pointerSize }: ValueModel, out: Output): void {
  const { signed, bits } = toPrinted(value, pointerSize);
  const address = formatAddress(value, bits === 32 ? 4 : 8);
  out.line(`Evaluate expression: ${signed} = `, span(address, 'address'));
}

function valueData({ value, pointerSize }: ValueModel) {
  const { bits, signed } = toPrinted(value, pointerSize);
  return { value: hexAddress(bits === 32 ? BigInt.asUintN(32, value) : value), signed: String(signed) };
}

export const evaluate = command<ValueModel | undefined>({
  name: '?',
  // a sign is a name of one character unless a pattern says more
  pattern: /^\?(?!\?)/,
  tier: 'A',
  syntax: ['? Expression', '?'],
  summary:
    'Evaluates an expression and prints its value in decimal and hexadecimal; alone it lists the commands.',
  run({ session, args }) {
    if (args === '') return undefined;
    const value = BigInt.asUintN(64, session.evaluator.evaluate(args));
    return { value, pointerSize: session.machine.pointerSize };
  },
  async print(model, out, call) {
    if (model) printValue(model, out);
    else await call.execute('.help', out);
  },
  data: (model) => ({ ...(model && valueData(model)) }),
});

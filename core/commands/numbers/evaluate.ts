import { toPrinted, type IntegerValue } from '../../eval/index.ts';
import { hexAddress } from '../../bytes/index.ts';
import { formatAddress, formatDecimal, type Output } from '../../output/index.ts';
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

/** `int 0n5`, `unsigned int 0x1000`, `bool true`, `char 0n65 'A'`: as ?? prints values of these types. */
function typedText({ type, value }: IntegerValue): string {
  if (type.name === 'bool') return `bool ${value !== 0n}`;
  const number = type.signed ? formatDecimal(value) : hexAddress(value);
  const code = Number(value);
  const character = type.bits === 8 && code >= 0x20 && code < 0x7f ? ` '${String.fromCharCode(code)}'` : '';
  return `${type.name} ${number}${character}`;
}

export const evaluateCpp = command<IntegerValue>({
  name: '??',
  pattern: /^\?\?/,
  tier: 'A',
  syntax: ['?? Expression'],
  summary: 'Evaluates a C++ expression of whole numbers and registers, and prints its type and value.',
  run({ session, args }) {
    if (args === '') throw new UsageError('?? takes a C++ expression');
    return session.evaluator.evaluateCpp(args);
  },
  print: (model, out) => out.line(typedText(model)),
  data: ({ type, value }) => ({ type: type.name, value: String(value) }),
});

import { UsageError } from '../../errors/index.ts';
import { command } from '../command.ts';

interface RadixModel {
  readonly radix: number;
}

const RADIXES = ['8', '10', '16'];

export const numberBase = command<RadixModel>({
  name: 'n',
  tier: 'B',
  syntax: ['n [8 | 10 | 16]'],
  summary: 'Sets the radix of numbers without a prefix, or shows it.',
  run({ session, args }) {
    if (args !== '') {
      // the new radix is a decimal number whatever the radix is now: else none could be left again
      if (!RADIXES.includes(args)) throw new UsageError(`n takes 8, 10 or 16, not '${args}'`, 'syntax');
      session.radix = Number(args);
    }
    return { radix: session.radix };
  },
  print: ({ radix }, out) => out.line(`base is ${radix}`),
  data: ({ radix }) => ({ radix }),
});

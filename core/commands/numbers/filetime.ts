import { UsageError } from '../../errors/index.ts';
import { filetimeToSeconds, formatSessionTime } from '../../output/index.ts';
import { command } from '../command.ts';

export const filetime = command({
  name: '!filetime',
  tier: 'C',
  syntax: ['!filetime Time'],
  summary: 'Shows a FILETIME, 100 ns units since 1601, as a date.',
  run({ session, args }) {
    if (args === '') throw new UsageError('!filetime wants a 64-bit time');
    const value = BigInt.asUintN(64, session.evaluator.evaluate(args));
    return { value, text: formatSessionTime(filetimeToSeconds(value)) };
  },
  print: ({ text }, out) => out.line(text),
  data: ({ value, text }) => ({ value: `0x${value.toString(16)}`, text, seconds: filetimeToSeconds(value) }),
});

export const bitcount = command({
  name: '!bitcount',
  tier: 'C',
  syntax: ['!bitcount StartAddress TotalBits'],
  summary: 'Counts the bits that are set from an address on.',
  run({ session, args }) {
    const first = session.evaluator.evaluatePrefix(args === '' ? '0' : args);
    if (first.rest === '') throw new UsageError('!bitcount wants an address and a number of bits');
    const address = session.evaluator.address(args.slice(0, args.length - first.rest.length));
    const total = Number(session.evaluator.evaluate(first.rest));
    if (!(total >= 1 && total <= 0x8000_0000)) throw new UsageError('!bitcount counts 1 to 80000000 bits');
    const bytes = session.target.memory.read(address, Math.ceil(total / 8));
    let set = 0;
    for (let i = 0; i < total; i++) set += ((bytes[i >> 3] ?? 0) >> (i & 7)) & 1;
    return { total, set };
  },
  print: ({ total, set }, out) =>
    out.line(`${set} bits are set of ${total} (0x${set.toString(16)} of 0x${total.toString(16)})`),
  data: (model) => ({ ...model }),
});

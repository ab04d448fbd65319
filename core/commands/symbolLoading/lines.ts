import { UsageError } from '../../errors/index.ts';
import { command } from '../command.ts';
import { settingsOf, setSymbolOptions, showsLines, SYMOPT } from '../settings.ts';

/** `.lines`: whether source lines are shown. */
export const lines = command<{ readonly on: boolean }>({
  name: '.lines',
  tier: 'B',
  syntax: ['.lines [-e | -d | -t]'],
  summary: 'Turns source lines on or off.',
  options: [
    { flag: '-e', meaning: 'on' },
    { flag: '-d', meaning: 'off' },
    { flag: '-t', meaning: 'the other way round, as without an option' },
  ],
  run({ session, args }) {
    const wish = /^(?:[-/]([edt]))?$/.exec(args);
    if (!wish) throw new UsageError('.lines takes -e, -d or -t', 'syntax');
    const on = wish[1] === 'e' || (wish[1] !== 'd' && !showsLines(session));
    const { symbolOptions: old } = settingsOf(session);
    setSymbolOptions(session, (on ? old | SYMOPT.loadLines : old & ~SYMOPT.loadLines) >>> 0);
    return { on };
  },
  print: ({ on }, out) => out.line(`Line number information will ${on ? '' : 'not '}be loaded`),
  data: ({ on }) => ({ on }),
});

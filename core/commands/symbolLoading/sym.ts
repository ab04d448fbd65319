import { UsageError } from '../../errors/index.ts';
import { command } from '../command.ts';
import { settingsOf, setSymbolOptions, SYMOPT } from '../settings.ts';

interface SymModel {
  readonly noisy: boolean;
  readonly prompts: boolean;
  /** asked without arguments: the usage stands before the state */
  readonly asked: boolean;
}

/** `!sym noisy`: every loading of symbols tells where it looked. */
export const sym = command<SymModel>({
  name: '!sym',
  tier: 'A',
  syntax: ['!sym', '!sym noisy', '!sym quiet', '!sym prompts', '!sym prompts off'],
  summary: 'Makes loading symbols tell where it looks, or be quiet about it.',
  options: [
    { flag: 'noisy', meaning: 'tell' },
    { flag: 'quiet', meaning: 'be quiet' },
    { flag: 'prompts', meaning: 'a bit of .symopt, kept and shown: no server is ever asked with a password' },
  ],
  run({ session, args }) {
    const settings = settingsOf(session);
    const set = (bit: number, on: boolean): void => {
      const { symbolOptions: old } = settings;
      setSymbolOptions(session, (on ? old | bit : old & ~bit) >>> 0);
    };
    const words = args.toLowerCase().split(/\s+/).filter(Boolean);
    for (const [i, word] of words.entries()) {
      if (word === 'noisy') set(SYMOPT.debug, true);
      else if (word === 'quiet') set(SYMOPT.debug, false);
      else if (word === 'prompts') set(SYMOPT.noPrompts, words[i + 1] === 'off');
      // `!sym noisy on` is seen in the wild
      else if (word !== 'off' && word !== 'on') throw new UsageError(`!sym has no '${word}'`, 'syntax');
    }
    return {
      noisy: (settings.symbolOptions & SYMOPT.debug) !== 0,
      prompts: (settings.symbolOptions & SYMOPT.noPrompts) === 0,
      asked: words.length === 0,
    };
  },
  print({ noisy, prompts, asked }, out) {
    const usage = asked ? '!sym <noisy/quiet - prompts/prompts off> - ' : '';
    out.line(`${usage}${noisy ? 'noisy' : 'quiet'} mode - symbol prompts ${prompts ? 'on' : 'off'}`);
  },
  data: ({ noisy, prompts }) => ({ noisy, prompts }),
});

import { UsageError } from '../../errors/index.ts';
import { span } from '../../output/index.ts';
import { command } from '../command.ts';
import { settingsOf, showsLines, SOURCE_OPTION, type SourceOption } from '../settings.ts';

/** The options in the debugger's words. */
const MEANINGS: Readonly<Record<SourceOption, string>> = {
  t: 'Step/trace by source line',
  l: 'List source line at prompt',
  s: 'List source code at prompt',
  o: 'Only show source code at prompt',
};

interface OptionsModel {
  readonly options: number;
  readonly lines: boolean;
}

/** `l+t`, `l-s`, `l+*`: what of the source is shown where the thread is. */
export const sourceOptions = command<OptionsModel>({
  name: 'l+',
  aliases: ['l-'],
  pattern: /^l[+-]\S?/,
  tier: 'C',
  syntax: ['l+Option', 'l-Option', 'l{+|-}'],
  summary: 'Shows or sets whether source lines are shown where the thread is.',
  options: [
    ...Object.entries(MEANINGS).map(([flag, meaning]) => ({ flag, meaning })),
    { flag: '*', meaning: 'all of them' },
  ],
  run({ session, name, args }) {
    const settings = settingsOf(session);
    const letter = name.slice(2) || args.slice(0, 1);
    const bits =
      letter === '' ? 0 : letter === '*' ? 0xf : isOption(letter) ? SOURCE_OPTION[letter] : undefined;
    if (bits === undefined) throw new UsageError(`${name.slice(0, 2)} takes t, l, s, o or *`, 'syntax');
    const { sourceOptions: old } = settings;
    settings.sourceOptions = name[1] === '+' ? old | bits : old & ~bits;
    return { options: settings.sourceOptions, lines: showsLines(session) };
  },
  print({ options, lines }, out) {
    if (!lines) out.line(span('  WARNING: Line information loading disabled', 'warning'));
    out.line(`Source options are ${options.toString(16)}:`);
    for (const [name, bit] of Object.entries(SOURCE_OPTION)) {
      if (isOption(name) && options & bit)
        out.line(`    ${bit.toString(16).padStart(2)}/${name} - ${MEANINGS[name]}`);
    }
  },
  data: ({ options }) => ({ options }),
});

/** `.srcnoisy 1`: ls and lsa tell where they looked. */
export const srcnoisy = command<{ readonly level: number }>({
  name: '.srcnoisy',
  tier: 'C',
  syntax: ['.srcnoisy [Options]'],
  summary: 'Makes looking for source files tell where it looks.',
  options: [
    { flag: '0', meaning: 'be quiet' },
    { flag: '1', meaning: 'tell of source files' },
    { flag: '2', meaning: 'tell of source servers' },
    { flag: '3', meaning: 'both' },
  ],
  run({ session, args }) {
    const settings = settingsOf(session);
    if (args !== '') {
      if (!/^[0-3]$/.test(args)) throw new UsageError('.srcnoisy takes 0 to 3', 'syntax');
      settings.noisySource = Number(args);
    }
    return { level: settings.noisySource };
  },
  print({ level }, out) {
    out.line(`Noisy source output: ${level & 1 ? 'on' : 'off'}`);
    out.line(`Noisy source server output: ${level & 2 ? 'on' : 'off'}`);
    out.line(`Filter out everything but source server output: ${level === 3 ? 'on' : 'off'}`);
  },
  data: ({ level }) => ({ level }),
});

function isOption(letter: string): letter is SourceOption {
  return Object.hasOwn(SOURCE_OPTION, letter);
}

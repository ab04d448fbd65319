import { UsageError } from '../../errors/index.ts';
import { command, type Command } from '../command.ts';
import { settingsOf, TYPEOPT } from '../settings.ts';

/** What each option does, in the words of the debugger's manual. */
const MEANINGS: Readonly<Record<keyof typeof TYPEOPT, string>> = {
  uni: 'Display unsigned short as Unicode',
  longst: 'Display long as unsigned in the default radix',
  radix: 'Display signed integers as unsigned in the default radix',
  size: 'Take the largest of the symbols that match',
};

interface TypeOptionsModel {
  readonly options: number;
}

function isOption(name: string): name is keyof typeof TYPEOPT {
  return Object.hasOwn(TYPEOPT, name);
}

/** `+uni`, `-0x5`: the bits of one argument. */
function bitsOf(text: string): number {
  const name = text.toLowerCase();
  if (isOption(name)) return TYPEOPT[name];
  const bits = /^(0x)?[0-9a-f]+$/i.test(text) ? Number.parseInt(text, 16) : Number.NaN;
  if (!(bits >= 0 && bits <= 0xf)) {
    throw new UsageError(`.typeopt takes +uni, +longst, +radix, +size or their bits, not '${text}'`);
  }
  return bits;
}

export const typeOptions = command<TypeOptionsModel>({
  name: '.typeopt',
  tier: 'C',
  syntax: ['.typeopt', '.typeopt +Flags', '.typeopt -Flags', '.typeopt +FlagName', '.typeopt -FlagName'],
  summary: 'Sets how dv, x, ?? and dt show numbers, or shows the settings.',
  options: Object.entries(MEANINGS).map(([flag, meaning]) => ({ flag, meaning: meaning.toLowerCase() })),
  run({ session, args }) {
    const settings = settingsOf(session);
    for (const word of args.split(/\s+/).filter(Boolean)) {
      const [, sign, name] = /^([+-])\s*(\w+)$/.exec(word) ?? [];
      if (sign === undefined || name === undefined) throw new UsageError(`.typeopt: + or - before '${word}'`);
      const bits = bitsOf(name);
      settings.typeOptions = sign === '+' ? settings.typeOptions | bits : settings.typeOptions & ~bits;
    }
    return { options: settings.typeOptions };
  },
  print({ options }, out) {
    out.line(`Type options are ${options.toString(16)}:`);
    for (const [name, meaning] of Object.entries(MEANINGS)) {
      if (isOption(name) && options & TYPEOPT[name]) out.line(`     ${TYPEOPT[name]}/${name} - ${meaning}`);
    }
  },
  data: ({ options }) => ({ options }),
});

/**
 * `.enable_long_status 1`, `.enable_unicode 1`, `.force_radix_output 1`: each sets one of the type options
 * (DEBUG_TYPEOPTS_XXX says which).
 */
type SwitchName = '.enable_long_status' | '.enable_unicode' | '.force_radix_output';

function switchFor(name: SwitchName, bit: number, summary: string): Command {
  return command<{ readonly on: boolean }>({
    name,
    tier: 'C',
    syntax: [`${name} 0`, `${name} 1`],
    summary,
    run({ session, args }) {
      if (!/^[01]$/.test(args)) throw new UsageError(`${name} takes 0 or 1`, 'syntax');
      const settings = settingsOf(session);
      const on = args === '1';
      settings.typeOptions = on ? settings.typeOptions | bit : settings.typeOptions & ~bit;
      return { on };
    },
    // the debugger says nothing either
    print: () => undefined,
    data: ({ on }) => ({ on }),
  });
}

export const typeSwitches: readonly Command[] = [
  switchFor(
    '.enable_long_status',
    TYPEOPT.longst,
    'Shows long integers in the default radix: .typeopt +longst.',
  ),
  switchFor('.enable_unicode', TYPEOPT.uni, 'Shows arrays of 16-bit numbers as text: .typeopt +uni.'),
  switchFor('.force_radix_output', TYPEOPT.radix, 'Shows integers in the default radix: .typeopt +radix.'),
];

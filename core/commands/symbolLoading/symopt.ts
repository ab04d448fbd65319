import { hex } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import { span } from '../../output/index.ts';
import { command } from '../command.ts';
import { DEFAULT_SYMOPT, settingsOf, setSymbolOptions, SYMOPT } from '../settings.ts';
import { SYMBOL_OPTIONS, type SymbolOption } from './symbolOptionList.ts';

interface SymoptModel {
  readonly options: number;
  /** what was asked for and cannot be */
  readonly note?: string;
}

/** `.symopt+0x40`, `.symopt- 0x100`, `.symopt`: the symbol options. */
export const symopt = command<SymoptModel>({
  name: '.symopt',
  aliases: ['.symopt+', '.symopt-'],
  tier: 'B',
  syntax: ['.symopt', '.symopt+ Flags', '.symopt- Flags'],
  summary:
    'Shows the symbol options, or sets and clears some. What chooses symbols counts from the next load on: .reload.',
  options: SYMBOL_OPTIONS.map(({ bit, name, effect, idle }) => ({
    flag: `0x${hex(bit)}`,
    meaning: `${name}: ${effect}${idle ? ' (without effect)' : ''}`,
  })),
  run({ session, args, name }) {
    const settings = settingsOf(session);
    let note: string | undefined;
    if (args !== '') {
      const flags = session.evaluator.evaluate(args);
      if (flags < 0n || flags > 0xffffffffn) throw new UsageError('.symopt takes 32 bits');
      const bits = Number(flags);
      const { symbolOptions: old } = settings;
      setSymbolOptions(session, (name.endsWith('-') ? old & ~bits : old | bits) >>> 0);
      if (name.endsWith('-') && bits & settings.symbolOptions & SYMOPT.secure)
        note = 'Secure mode cannot be left while the dump is open';
    }
    return { options: settings.symbolOptions, note };
  },
  print({ options, note }, out) {
    out.line(`Symbol options are 0x${hex(options)}:`);
    for (const { bit, name } of setIn(options)) out.line(`  0x${hex(bit, 8)} - ${name}`);
    const changed = (options ^ DEFAULT_SYMOPT) >>> 0;
    for (const { name, effect } of setIn(changed).filter((option) => option.idle))
      out.line(span(`WARNING: ${name} changes nothing here: ${effect}`, 'warning'));
    if (note !== undefined) out.line(span(`WARNING: ${note}`, 'warning'));
  },
  data: ({ options }) => ({ options, names: setIn(options).map(({ name }) => name) }),
});

function setIn(bits: number): SymbolOption[] {
  return SYMBOL_OPTIONS.filter(({ bit }) => (bits & bit) !== 0);
}

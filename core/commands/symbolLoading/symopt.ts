import { hex } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import { span } from '../../output/index.ts';
import { command } from '../command.ts';
import { DEFAULT_SYMOPT, SYMBOL_OPTION_NAMES, settingsOf, setSymbolOptions, SYMOPT } from '../settings.ts';

/** What of the options changes anything here; the others are kept and shown. */
const HEEDED = Object.values(SYMOPT).reduce((all, bit) => (all | bit) >>> 0, 0);

/** `.symopt+0x40`, `.symopt- 0x100`, `.symopt`: the symbol options. */
export const symopt = command<{ readonly options: number }>({
  name: '.symopt',
  aliases: ['.symopt+', '.symopt-'],
  tier: 'B',
  syntax: ['.symopt', '.symopt+ Flags', '.symopt- Flags'],
  summary: 'Shows the symbol options, or sets and clears some.',
  options: SYMBOL_OPTION_NAMES.map(([bit, name]) => ({
    flag: `0x${hex(bit)}`,
    meaning: name + (bit & HEEDED ? '' : ', kept without effect'),
  })),
  run({ session, args, name }) {
    const settings = settingsOf(session);
    if (args !== '') {
      const flags = session.evaluator.evaluate(args);
      if (flags < 0n || flags > 0xffffffffn) throw new UsageError('.symopt takes 32 bits');
      const bits = Number(flags);
      const { symbolOptions: old } = settings;
      setSymbolOptions(session, (name.endsWith('-') ? old & ~bits : old | bits) >>> 0);
    }
    return { options: settings.symbolOptions };
  },
  print({ options }, out) {
    out.line(`Symbol options are 0x${hex(options)}:`);
    for (const [bit, name] of SYMBOL_OPTION_NAMES) {
      if (!((options & bit) >>> 0)) continue;
      out.line(`  0x${hex(bit, 8)} - ${name}`);
    }
    const idle = ((options ^ DEFAULT_SYMOPT) & ~HEEDED) >>> 0;
    if (idle) out.line(span(`WARNING: 0x${hex(idle)} changes nothing here`, 'warning'));
  },
  data: ({ options }) => ({
    options,
    names: SYMBOL_OPTION_NAMES.filter(([bit]) => (options & bit) >>> 0).map(([, name]) => name),
  }),
});

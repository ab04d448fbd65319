import { hexAddress } from '../../bytes/index.ts';
import { NotAvailable, UsageError } from '../../errors/index.ts';
import { globalFlags, readPeb } from '../../process/index.ts';
import { type Call, command } from '../command.ts';
import { pebAddress, viewOf } from './views.ts';

export const gflag = command<number>({
  name: '!gflag',
  tier: 'B',
  syntax: ['!gflag'],
  summary: 'Shows the global flags of the process (NtGlobalFlag) by name.',
  run,
  print: (value, out) => {
    out.line(`Current NtGlobalFlag contents: 0x${value.toString(16).padStart(8, '0')}`);
    for (const { abbreviation, description } of globalFlags(value)) {
      out.line(`    ${abbreviation} - ${description}`);
    }
  },
  data: (value) => ({
    NtGlobalFlag: hexAddress(value),
    flags: globalFlags(value).map(({ name, abbreviation, description }) => ({
      name,
      abbreviation,
      description,
    })),
  }),
});

function run({ session, args }: Call): number {
  if (args !== '') {
    throw new UsageError(
      '!gflag with a value needs a live target: a dump cannot be changed',
      'not-applicable',
    );
  }
  const view = viewOf(session);
  const { NtGlobalFlag } = readPeb(view, pebAddress(view));
  if (typeof NtGlobalFlag !== 'number') throw new NotAvailable('The dump does not hold the PEB');
  return NtGlobalFlag >>> 0;
}

import { UsageError } from '../../errors/index.ts';
import { command } from '../command.ts';

export const shell = command<never>({
  name: '.shell',
  aliases: ['!!'],
  tier: 'C',
  takesRestOfLine: true,
  syntax: ['.shell [Options] [ShellCommand]'],
  summary: 'Refused: a script or a dump must not start programs on this machine.',
  run() {
    throw new UsageError(
      '.shell is not here: a link in a dump or a script could start any program on this machine with it',
      'not-applicable',
    );
  },
  print: () => undefined,
});

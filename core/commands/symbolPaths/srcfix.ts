import { command } from '../command.ts';
import { settingsOf } from '../settings.ts';
import { type PathModel, pathModel, printPath } from './pathCommand.ts';
import { SOURCE_PATH } from './paths.ts';
import { elementsOf } from './validation.ts';

/** `.srcfix`: `SRV*` before the folders. */
export const srcfix = command<PathModel>({
  name: '.srcfix',
  beyond: 'search paths',
  aliases: ['.srcfix+', '.lsrcfix', '.lsrcfix+'],
  tier: 'C',
  takesRestOfLine: true,
  syntax: ['.srcfix [Paths]', '.srcfix+ [Paths]', '.lsrcfix[+] [Paths]'],
  summary: 'Has sources fetched from the addresses that PDBs name.',
  run({ session, args, name }) {
    const settings = settingsOf(session);
    const old = name.endsWith('+') ? settings.sourcePath : '';
    settings.sourcePath = [old, 'SRV*', ...elementsOf(args)].filter(Boolean).join(';');
    return pathModel(session, SOURCE_PATH);
  },
  print: (model, out) => printPath(SOURCE_PATH.title, model, out),
  data: ({ path }) => ({ path }),
});

import { command } from '../command.ts';
import { settingsOf } from '../settings.ts';
import { pathAndRest, type PathModel, pathModel, printPath, TO_END_OF_LINE } from './pathCommand.ts';
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
  options: [{ flag: '+', meaning: 'adds to the path instead of replacing it' }, TO_END_OF_LINE],
  run({ session, args: line, name }) {
    const { path: args, rest } = pathAndRest(line);
    const settings = settingsOf(session);
    const old = name.endsWith('+') ? settings.sourcePath : '';
    settings.sourcePath = [old, 'SRV*', ...elementsOf(args)].filter(Boolean).join(';');
    return pathModel(session, SOURCE_PATH, rest);
  },
  async print(model, out, call) {
    printPath(SOURCE_PATH.title, model, out);
    if (model.rest.trim() !== '') await call.execute(model.rest, out);
  },
  data: ({ path }) => ({ path }),
});

import { command } from '../command.ts';
import { readLocals } from '../locals/index.ts';
import { commandString, eachVariables } from './eachVariables.ts';

interface EachLocal {
  readonly names: readonly string[];
  readonly line: string;
}

export const forEachLocal = command<EachLocal>({
  name: '!for_each_local',
  tier: 'B',
  syntax: ['!for_each_local ["CommandString"]'],
  summary: 'Runs commands once for each local variable of the frame.',
  options: [{ flag: '@#Local', meaning: 'its name' }],
  run: ({ session, args }) => ({
    names: readLocals(session, () => true).map(({ name }) => name),
    line: commandString(args),
  }),
  async print({ names, line }, out, { execute, pace }) {
    for (const name of names) {
      if (line === '') out.line(name);
      else await execute(line, out, { variables: eachVariables({ Local: name }) });
      pace.throwIfCancelled();
    }
  },
  data: ({ names }) => ({ locals: names }),
});

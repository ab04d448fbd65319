import { NotAvailable } from '../../errors/index.ts';
import { type EnvironmentVariable, readPeb } from '../../process/index.ts';
import { type Call, command } from '../command.ts';
import { pebAddress, viewOf } from './views.ts';

interface Model {
  /** as typed; undefined where all are wanted */
  readonly wanted?: string;
  readonly variables: readonly EnvironmentVariable[];
  readonly truncated: boolean;
}

export const envvar = command<Model>({
  name: '!envvar',
  tier: 'B',
  syntax: ['!envvar Variable', '!envvar'],
  summary: 'Shows an environment variable of the process, or all of them.',
  run,
  print: ({ wanted, variables, truncated }, out) => {
    // the debugger repeats the name as it was typed
    for (const { name, value } of variables) out.line(`        ${wanted ?? name} = ${value}`);
    if (wanted === undefined || variables.length > 0) return;
    const note = truncated ? '; the dump does not hold the whole environment' : '';
    out.line(`Environment variable "${wanted}" is not defined${note}`);
  },
  data: ({ variables, truncated }) => ({
    variables: variables.map(({ name, value }) => ({ name, value })),
    truncated,
  }),
});

function run({ session, args }: Call): Model {
  const view = viewOf(session);
  const block = readPeb(view, pebAddress(view)).parameters?.environment;
  if (!block) throw new NotAvailable('The dump does not hold the environment of the process');
  const { truncated } = block;
  if (args === '') return { variables: block.variables, truncated };
  const wanted = args.toLowerCase();
  return {
    wanted: args,
    variables: block.variables.filter((v) => v.name.toLowerCase() === wanted),
    truncated,
  };
}

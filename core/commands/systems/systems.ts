import { UsageError } from '../../errors/index.ts';
import type { Line } from '../../output/index.ts';
import { systemModel } from '../basics/index.ts';
import { whereLines } from '../registers/index.ts';
import { command, type Call } from '../command.ts';
import type { OpenSystem, Session } from '../session.ts';
import { systemOf } from './systemOf.ts';

type Model =
  | { readonly kind: 'list'; readonly systems: readonly OpenSystem[] }
  | { readonly kind: 'selected'; readonly system: OpenSystem; readonly where: readonly Line[] };

/** `||`, `||.`, `||*`, `||N`: which dumps are open. `||Ns`: puts one in effect; `||s` says where it stands. */
export const systems = command<Model>({
  name: '||',
  aliases: ['||.', '||#', '||*'],
  pattern: /^\|\|(?:[.#*]|\d+)?(?:\s*s(?!\w))?/,
  tier: 'C',
  syntax: ['||', '||System', '||System s', '||s'],
  summary: 'Lists the dumps that are open, or puts one in effect; .opendump opens another.',
  options: [{ flag: 'System', meaning: 'a number, . the one in effect, # the same, * all' }],
  run,
  print(model, out, { session }) {
    if (model.kind === 'selected') for (const line of model.where) out.line(...line);
    else for (const system of model.systems) out.line(rowText(session, system));
  },
  data(model, { session }) {
    const shown = model.kind === 'list' ? model.systems : [model.system];
    return {
      systems: shown.map((system) => ({
        index: system.number,
        dump: system.session.target.name,
        kind: systemModel(system.session).fullMemory ? ('full' as const) : ('partial' as const),
        current: session.systems.current === system.number,
      })),
    };
  },
});

async function run({ session, name, args }: Call): Promise<Model> {
  const [, which = '', selects] = /^\|\|([.#*]|\d+)?\s*(s)?$/.exec(`${name}${args}`) ?? [];
  if (args !== '') throw new UsageError(`Extra character error in '${args}'`, 'syntax');
  if (selects === undefined) {
    const all = which === '' || which === '*';
    return { kind: 'list', systems: all ? session.systems.list : [systemOf(session, which)] };
  }
  if (which === '*') throw new UsageError('||s takes one system', 'syntax');
  const system = systemOf(session, which);
  const where = await placeOf(system.session);
  // first what may have to wait for symbols, then the change
  session.systems.select(system.number);
  return { kind: 'selected', system, where };
}

function placeOf(session: Session): Promise<Line[]> {
  const registers = session.registers();
  return registers ? whereLines(session, registers) : Promise.resolve([]);
}

/** `.  0 User mini dump: c:\notepad.dmp` */
function rowText({ systems: { current } }: Session, { number, session }: OpenSystem): string {
  const mark = number === current ? '.' : ' ';
  const kind = systemModel(session).fullMemory ? 'Full memory user mini dump' : 'User mini dump';
  return `${mark}  ${number} ${kind}: ${session.target.name}`;
}

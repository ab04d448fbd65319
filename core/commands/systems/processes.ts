import { hexAddress } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import { command } from '../command.ts';
import type { OpenSystem } from '../session.ts';
import { systemOf } from './systemOf.ts';

interface ProcessModel {
  readonly processes: readonly OpenSystem[];
  /** of `|Ns`: the commands that put it in effect */
  readonly select?: string;
}

/** Each dump has one process, numbered like the dump: `|` lists those of all that are open. */
export const processes = command<ProcessModel>({
  name: '|',
  aliases: ['|.', '|#', '|*'],
  pattern: /^\|(?!\|)(?:[.#*]|\d+)?(?:\s*s(?!\w))?/,
  tier: 'B',
  syntax: ['|', '|Process', '|Process s', '|s'],
  summary: 'Lists the process of each dump that is open, or puts one in effect.',
  run({ session, name, args }) {
    if (args !== '') throw new UsageError(`Extra character error in '${args}'`, 'syntax');
    const [, which = '', selects] = /^\|([.#*]|\d+)?\s*(s)?$/.exec(name) ?? [];
    if (which === '*' || (which === '' && selects === undefined)) return { processes: session.systems.list };
    const found = systemOf(session, which);
    return { processes: [found], ...(selects && { select: `||${found.number}s` }) };
  },
  async print({ processes: shown, select }, out, { session, execute }) {
    if (select !== undefined) {
      await execute(select, out);
      return;
    }
    for (const { number, session: other } of shown) {
      const { system, modules } = other.target;
      const mark = number === session.systems.current ? '.' : ' ';
      const id = system.processId === undefined ? '<unknown>' : system.processId.toString(16);
      out.line(`${mark}  ${number}\tid: ${id}\texamine\tname: ${modules.at(0)?.fileName ?? '<unknown>'}`);
    }
  },
  data: ({ processes: shown }, { session }) => ({
    processes: shown.map(({ number, session: { target } }) => ({
      index: number,
      id: target.system.processId === undefined ? undefined : hexAddress(target.system.processId),
      name: target.modules.at(0)?.fileName ?? '<unknown>',
      current: number === session.systems.current,
    })),
  }),
});

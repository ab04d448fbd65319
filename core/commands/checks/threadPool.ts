import { hexAddress } from '../../bytes/index.ts';
import { NotAvailable, UsageError } from '../../errors/index.ts';
import { command } from '../command.ts';
import { resolveName } from '../dt/index.ts';

/** ntdll's private types behind the words that !tp takes (-tp.md). */
const TYPES: Readonly<Record<string, string>> = {
  pool: '_TP_POOL',
  tqueue: '_TPP_TIMER_QUEUE',
  obj: '_TPP_CLEANUP_GROUP_MEMBER',
  timer: '_TP_TIMER',
  wait: '_TP_WAIT',
  work: '_TP_WORK',
  waiter: '_TPP_WAITER',
  worker: '_TPP_WORKER',
  stats: '_TPP_POOL_STATS',
  wfac: '_TP_WORKER_FACTORY',
  wqueue: '_TPP_QUEUE',
};

interface ThreadPool {
  readonly line: string;
  readonly type: string;
  readonly address: string;
}

export const threadPool = command<ThreadPool>({
  name: '!tp',
  tier: 'B',
  syntax: ['!tp pool|tqueue|obj|timer|wait|work|waiter|worker|stats|wfac|wqueue Address'],
  summary: "Shows an object of ntdll's thread pool by its type, where ntdll's symbols have it.",
  run({ session, args }) {
    const [word = '', address = ''] = args.split(/\s+/);
    const type = TYPES[word.toLowerCase()];
    if (type === undefined || address === '')
      throw new UsageError(`!tp takes one of ${Object.keys(TYPES).join(', ')} and an address`);
    const found = resolveName(session, `ntdll!${type}`, { typesOnly: true, prefix: false });
    if (!found) {
      throw new NotAvailable(
        `!tp needs ${type}, which ntdll's own symbols of some Windows versions have: set a symbol path (.symfix)`,
      );
    }
    const at = session.evaluator.address(address);
    return { type, address: hexAddress(at), line: `dt ntdll!${type} 0x${at.toString(16)}` };
  },
  print: ({ line }, out, { execute }) => execute(line, out),
  data: ({ type, address }) => ({ type, address }),
});

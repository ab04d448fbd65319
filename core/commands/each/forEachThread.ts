import { hexAddress } from '../../bytes/index.ts';
import { command } from '../command.ts';
import type { Thread } from '../../target/index.ts';
import { commandString, eachVariables } from './eachVariables.ts';

interface EachThread {
  readonly threads: readonly Thread[];
  readonly line: string;
}

export const forEachThread = command<EachThread>({
  name: '!for_each_thread',
  tier: 'C',
  syntax: ['!for_each_thread ["CommandString"]'],
  summary: 'Runs commands once for each thread, as if ~s had chosen it; ~*e does so without aliases.',
  options: [{ flag: '@#ThreadIndex', meaning: 'its number; @#ThreadId @#Teb' }],
  run: ({ session, args }) => ({ threads: session.target.threads, line: commandString(args) }),
  async print({ threads, line }, out, { session, execute, pace }) {
    if (line === '') {
      await execute('~', out);
      return;
    }
    const { thread: before, frame, contextOverride } = session;
    try {
      for (const thread of threads) {
        session.selectThread(thread);
        const variables = eachVariables({
          ThreadIndex: String(thread.index),
          ThreadId: hexAddress(thread.id),
          Teb: hexAddress(thread.teb),
        });
        await execute(line, out, { variables });
        pace.throwIfCancelled();
      }
    } finally {
      if (before) session.selectThread(before);
      session.setContext(contextOverride);
      session.frame = frame;
    }
  },
  data: ({ threads }) => ({
    threads: threads.map(({ index, id }) => ({ index, id: hexAddress(id) })),
  }),
});

import { Exit } from '../exit.ts';
import { triageDump } from './triageDump.ts';
import type { TriageTask } from './triageQueue.ts';

/** A worker of the local pool: dumps come as messages of the process that started it, one at a time. */
export function serveTriage(): Promise<number> {
  const { send } = process;
  if (!send) throw new Error('triage-worker is started by stillframe triage, and by nobody else');
  return new Promise((ended) => {
    process.on('message', (task: TriageTask) => {
      void triageDump(task).then((outcome) => process.send?.(outcome));
    });
    process.on('disconnect', () => ended(Exit.fine));
  });
}

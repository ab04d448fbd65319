import { messageOf } from '../../core/errors/index.ts';
import { Redactor } from '../../core/output/index.ts';
import { complain } from '../complain.ts';
import { Exit } from '../exit.ts';
import { triageLine, triageSummaryLine } from '../jsonLines.ts';
import { ProgressLine } from '../progressLine.ts';
import { findDumps } from './findDumps.ts';
import { summarize } from './groups.ts';
import { readTriageOptions, TRIAGE_USAGE, type TriageOptions } from './triageOptions.ts';
import type { TriageOutcome, TriageQueue, TriageTask } from './triageQueue.ts';
import { summaryText } from './triageText.ts';
import { WorkerPool } from './workerPool.ts';

/** Characters of the bar that shows how far it is. */
const BAR = 20;

/** `stillframe triage`: looks at many dumps at once. Gives the exit status: 1 where a dump failed. */
export async function triage(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const options = readTriageOptions(argv, env);
  if (options.help) {
    process.stdout.write(`${TRIAGE_USAGE}\n`);
    return Exit.fine;
  }
  let queue: TriageQueue | undefined;
  try {
    if (options.serve) return await serve(options);
    queue = await openQueue(options);
    return await runAll(options, queue);
  } catch (e) {
    // one dump's failure is told with the dump: this is the queue's own
    complain(`triage: ${messageOf(e)}`);
    return Exit.cannotOpen;
  } finally {
    await queue?.close();
  }
}

async function runAll(options: TriageOptions, queue: TriageQueue): Promise<number> {
  const { symbolPath, imagePath, redact } = options;
  const dumps = findDumps(options.dumps);
  if (dumps.length === 0) {
    complain(`triage: no dump matches ${options.dumps.join(' ')}`);
    return Exit.cannotOpen;
  }
  const tasks = dumps.map((dump, id): TriageTask => ({ id, dump, symbolPath, imagePath, redact }));
  const progress = new ProgressLine(() => process.stderr);
  const outcomes: TriageOutcome[] = [];
  const start = performance.now();
  let failed = 0;
  const redactor = redact ? new Redactor({ texts: [], variables: [] }) : undefined;
  await queue.run(tasks, (told) => {
    // who asked knows where the dumps are; who reads the output need not
    const outcome = redactor ? { ...told, dump: redactor.text(told.dump) } : told;
    outcomes.push(outcome);
    if (!outcome.ok) failed++;
    if (options.json) {
      progress.clear();
      process.stdout.write(`${JSON.stringify(triageLine(outcome))}\n`);
    }
    const done = outcomes.length;
    progress.show({ done, total: tasks.length, what: barText(done, tasks.length, failed) });
  });
  progress.clear();
  const summary = summarize(outcomes, (performance.now() - start) / 1000);
  const text = summaryText(summary);
  process.stdout.write(`${options.json ? JSON.stringify(triageSummaryLine(summary, text)) : text}\n`);
  return failed > 0 ? Exit.commandFailed : Exit.fine;
}

function barText(done: number, total: number, failed: number): string {
  const full = Math.floor((BAR * done) / total);
  const bar = '#'.repeat(full) + '-'.repeat(BAR - full);
  return `[${bar}] ${done} of ${total}${failed > 0 ? `, ${failed} failed` : ''}`;
}

function poolOf({ workers, bounds }: TriageOptions): WorkerPool {
  // this file is part of the program that was started: a worker is the same
  return new WorkerPool({ workers, bounds, program: process.argv[1] ?? '' });
}

async function openQueue(options: TriageOptions): Promise<TriageQueue> {
  const pool = poolOf(options);
  if (options.redis === undefined) return pool;
  const { SharedQueue } = await import('./sharedQueue.ts');
  return SharedQueue.open(options.redis, pool, options.workers);
}

/** Works for others until Ctrl+C. */
async function serve(options: TriageOptions): Promise<number> {
  const { SharedQueue } = await import('./sharedQueue.ts');
  const queue = await SharedQueue.open(options.redis ?? '', poolOf(options), options.workers);
  process.stderr.write(
    `stillframe: taking dumps from ${options.redis ?? ''} with ${options.workers} workers\n`,
  );
  await new Promise<void>((stop) => {
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
  await queue.close();
  return Exit.fine;
}

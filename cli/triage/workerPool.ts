import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { TriageBounds, TriageOutcome, TriageQueue, TriageTask } from './triageQueue.ts';

/** Between two looks at how much memory a worker takes. */
const MEMORY_CHECK_MS = 250;
/** A worker's own code and its libraries, which no dump can help; the bound is for what comes on top. */
const BASE_MEGABYTES = 128;
/** Dumps after which a worker is replaced: whatever piled up in it is gone then. */
const DUMPS_A_WORKER = 500;

export interface WorkerPoolOptions {
  readonly workers: number;
  readonly bounds: TriageBounds;
  /** the program that is started as worker: the command line's own */
  readonly program: string;
}

interface Worker {
  readonly process: ChildProcess;
  done: number;
}

/** What a worker failed by, and the code that stands for it in JSON. */
type Failure = NonNullable<TriageOutcome['error']>;

/**
 * Processes on this machine that take one dump after the other. A worker that is over its time or its memory, or that
 * dies, costs the dump it was at and nothing else: another takes its place.
 */
export class WorkerPool implements TriageQueue {
  private readonly idle: Worker[] = [];
  private readonly all = new Set<Worker>();

  constructor(private readonly options: WorkerPoolOptions) {}

  async run(tasks: readonly TriageTask[], done: (outcome: TriageOutcome) => void): Promise<void> {
    const waiting = tasks.values();
    const lane = async (): Promise<void> => {
      for (const task of waiting) done(await this.triage(task));
    };
    await Promise.all(Array.from({ length: Math.min(this.options.workers, tasks.length) }, lane));
  }

  /** Has one dump looked at; never rejects. */
  async triage(task: TriageTask): Promise<TriageOutcome> {
    const start = performance.now();
    const worker = this.rested() ?? this.start();
    const answer = await this.ask(worker, task);
    const seconds = (performance.now() - start) / 1000;
    worker.done++;
    if ('failure' in answer || worker.done >= DUMPS_A_WORKER) this.end(worker);
    else this.idle.push(worker);
    const { id, dump } = task;
    return 'failure' in answer
      ? { id, dump, ok: false, error: answer.failure, seconds }
      : { ...answer.outcome, id, dump, seconds };
  }

  close(): Promise<void> {
    for (const worker of this.all) this.end(worker);
    return Promise.resolve();
  }

  /** An idle worker. One that has died since its last dump (the system took its memory back) is no dump's fault. */
  private rested(): Worker | undefined {
    for (let worker = this.idle.pop(); worker; worker = this.idle.pop()) {
      const { connected, exitCode, signalCode } = worker.process;
      if (connected && exitCode === null && signalCode === null) return worker;
      this.end(worker);
    }
    return undefined;
  }

  private start(): Worker {
    const { megabytes } = this.options.bounds;
    const process = fork(this.options.program, ['triage-worker'], {
      execArgv: [`--max-old-space-size=${megabytes}`],
      // what a dying worker has to say is no part of the answer
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const worker = { process, done: 0 };
    this.all.add(worker);
    return worker;
  }

  private end(worker: Worker): void {
    this.all.delete(worker);
    worker.process.kill('SIGKILL');
  }

  /** The worker's answer, or what it failed by. The worker is of no use after a failure. */
  private ask(
    { process }: Worker,
    task: TriageTask,
  ): Promise<{ outcome: TriageOutcome } | { failure: Failure }> {
    const { seconds, megabytes } = this.options.bounds;
    return new Promise((resolve) => {
      const finish = (answer: { outcome: TriageOutcome } | { failure: Failure }): void => {
        clearTimeout(timer);
        clearInterval(watch);
        process.off('message', onMessage).off('exit', onExit).off('error', onError);
        resolve(answer);
      };
      const fail = (code: string, message: string): void => finish({ failure: { code, message } });
      // a worker sends nothing else, and only when it was asked
      const onMessage = (message: unknown): void => finish({ outcome: message as TriageOutcome });
      const onExit = (code: number | null, signal: string | null): void =>
        fail(
          'worker-died',
          `the worker died of it (${signal ?? `exit status ${code ?? '?'}`}): most likely out of memory`,
        );
      const onError = (e: Error): void => fail('worker-died', `the worker cannot be reached: ${e.message}`);
      const timer = setTimeout(
        () => fail('timeout', `not done after ${seconds} seconds (--timeout)`),
        seconds * 1000,
      );
      const watch = setInterval(() => {
        const used = residentMegabytes(process.pid);
        if (used !== undefined && used > megabytes + BASE_MEGABYTES)
          fail('memory', `takes more than ${megabytes} MB of memory (--memory)`);
      }, MEMORY_CHECK_MS);
      process.on('message', onMessage).on('exit', onExit).on('error', onError);
      process.send(task);
    });
  }
}

/**
 * Megabytes of a process in memory. Node bounds a worker's own objects (--max-old-space-size), not its buffers; these
 * are seen where the system shows them in /proc. Undefined elsewhere.
 */
function residentMegabytes(pid: number | undefined): number | undefined {
  if (pid === undefined || process.platform !== 'linux') return undefined;
  try {
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return resident === undefined ? undefined : Number(resident) / 1024;
  } catch {
    return undefined; // it has just ended: its exit is told by an event
  }
}

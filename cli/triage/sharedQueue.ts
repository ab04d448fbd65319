import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import type { Queue, QueueEvents, Worker } from 'bullmq';
import { messageOf } from '../../core/errors/index.ts';
import { failedInQueue, outcomeFrom } from './outcomeFrom.ts';
import type { TriageOutcome, TriageQueue, TriageTask } from './triageQueue.ts';
import type { WorkerPool } from './workerPool.ts';

/** The queue's name on the server: machines of one version of the protocol share one. */
const NAME = 'stillframe-triage-1';
/** How long the server keeps what is done, in seconds: long enough for who asked to hear of it. */
const KEPT_SECONDS = 3600;
/** How long the server may be silent at the start, in milliseconds. */
const CONNECT_MS = 5000;
const DEFAULT_PORT = 6379;

/**
 * Dumps shared by many machines through BullMQ on a Redis server. Who asks puts all dumps there and works as well;
 * others take from it (`triage --serve`). Dumps travel as paths: all machines must see the same files. BullMQ is an
 * optional package, loaded here and nowhere else.
 */
export class SharedQueue implements TriageQueue {
  private constructor(
    private readonly queue: Queue<TriageTask, TriageOutcome>,
    private readonly events: QueueEvents,
    private readonly worker: Worker<TriageTask, TriageOutcome>,
    private readonly pool: WorkerPool,
  ) {}

  /** Connects; `workers` dumps are taken at once. Rejects with a sentence where package or server are missing. */
  static async open(url: string, pool: WorkerPool, workers: number): Promise<SharedQueue> {
    const { Queue, QueueEvents, Worker } = await import('bullmq').catch((e: unknown) => {
      throw new Error(
        `--redis needs the packages bullmq and ioredis (npm install bullmq ioredis): ${messageOf(e)}`,
        { cause: e },
      );
    });
    await reachable(url);
    const connection = { url, maxRetriesPerRequest: null };
    const queue = new Queue<TriageTask, TriageOutcome>(NAME, { connection });
    // a server that goes away is connected to again, and jobs are kept there
    queue.on('error', () => undefined);
    const events = new QueueEvents(NAME, { connection });
    events.on('error', () => undefined);
    const worker = new Worker<TriageTask, TriageOutcome>(NAME, (job) => pool.triage(job.data), {
      connection,
      concurrency: workers,
    });
    worker.on('error', () => undefined);
    await events.waitUntilReady();
    return new SharedQueue(queue, events, worker, pool);
  }

  async run(tasks: readonly TriageTask[], done: (outcome: TriageOutcome) => void): Promise<void> {
    const run = randomUUID();
    const waiting = new Map(tasks.map((task) => [`${run}-${task.id}`, task]));
    const finished = new Promise<void>((resolve) => {
      const finish = (jobId: string, outcomeOf: (task: TriageTask) => TriageOutcome): void => {
        const task = waiting.get(jobId);
        if (!task) return; // another run's
        waiting.delete(jobId);
        done(outcomeOf(task));
        if (waiting.size === 0) resolve();
      };
      this.events.on('completed', ({ jobId, returnvalue }) =>
        finish(jobId, (task) => outcomeFrom(returnvalue, task)),
      );
      this.events.on('failed', ({ jobId, failedReason }) =>
        finish(jobId, (task) => failedInQueue(task, failedReason)),
      );
    });
    await this.queue.addBulk(
      tasks.map((data) => ({
        name: 'triage',
        data,
        opts: {
          jobId: `${run}-${data.id}`,
          removeOnComplete: { age: KEPT_SECONDS },
          removeOnFail: { age: KEPT_SECONDS },
        },
      })),
    );
    await finished;
  }

  async close(): Promise<void> {
    await this.worker.close();
    await this.events.close();
    await this.queue.close();
    await this.pool.close();
  }
}

/** Whether somebody listens there. BullMQ itself tries for ever, which is right later and not at the start. */
function reachable(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port || DEFAULT_PORT), timeout: CONNECT_MS });
    const fail = (why: string): void => {
      socket.destroy();
      reject(new Error(`the Redis server at ${hostname}:${port || DEFAULT_PORT} does not answer: ${why}`));
    };
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('timeout', () => fail('no connection in time'));
    socket.once('error', (e) => fail(e.message));
  });
}

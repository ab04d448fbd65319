import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TriageOutcome, TriageTask } from '../../../cli/triage/triageQueue.ts';
import { WorkerPool } from '../../../cli/triage/workerPool.ts';

/** A worker that does what its dump is called. */
const WORKER = `
const hold = [];
process.on('message', ({ id, dump }) => {
  if (dump === 'hang') for (;;);
  if (dump === 'exit') process.exit(7);
  if (dump === 'objects') for (;;) hold.push(new Array(1000).fill(id).map((n) => ({ n })));
  if (dump === 'buffers') {
    setInterval(() => hold.push(Buffer.alloc(16 * 1024 * 1024, 1)), 10);
    return;
  }
  process.send({ id, dump, ok: true, data: { signature: String(process.pid) } });
});
`;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // there is no such process
  }
}

describe('WorkerPool', () => {
  let folder = '';
  let pool: WorkerPool | undefined;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stillframe-pool-'));
    writeFileSync(join(folder, 'worker.cjs'), WORKER);
  });
  afterEach(() => pool?.close());
  afterAll(() => rmSync(folder, { recursive: true }));

  async function run(
    names: readonly string[],
    seconds: number,
    megabytes: number,
    workers = 1,
  ): Promise<TriageOutcome[]> {
    pool = new WorkerPool({ workers, bounds: { seconds, megabytes }, program: join(folder, 'worker.cjs') });
    const outcomes: TriageOutcome[] = [];
    const tasks = names.map((dump, id): TriageTask => ({ id, dump }));
    await pool.run(tasks, (outcome) => outcomes.push(outcome));
    return outcomes.toSorted((a, b) => a.id - b.id);
  }

  it('takes one dump after the other in one process', async () => {
    const outcomes = await run(['a', 'b', 'c'], 30, 64);
    expect(outcomes.map((o) => [o.id, o.dump, o.ok])).toEqual([
      [0, 'a', true],
      [1, 'b', true],
      [2, 'c', true],
    ]);
    expect(new Set(outcomes.map((o) => o.data?.signature)).size).toBe(1);
  });

  it('goes on with a new worker behind one that hangs or dies', async () => {
    const outcomes = await run(['a', 'hang', 'b', 'exit', 'c'], 2, 64);
    expect(outcomes.map((o) => o.error?.code)).toEqual([
      undefined,
      'timeout',
      undefined,
      'worker-died',
      undefined,
    ]);
    expect(outcomes[3]?.error?.message).toMatch(/exit status 7/);
  });

  it('blames no dump for a worker that died between two', async () => {
    pool = new WorkerPool({
      workers: 1,
      bounds: { seconds: 30, megabytes: 64 },
      program: join(folder, 'worker.cjs'),
    });
    const first = await pool.triage({ id: 0, dump: 'a' });
    const pid = Number(first.data?.signature);
    process.kill(pid, 'SIGKILL');
    await vi.waitUntil(() => !isAlive(pid));
    expect(await pool.triage({ id: 1, dump: 'b' })).toMatchObject({ dump: 'b', ok: true });
  });

  it('bounds a worker’s own objects', async () => {
    const outcomes = await run(['objects', 'a'], 60, 32);
    expect(outcomes.map((o) => o.error?.code)).toEqual(['worker-died', undefined]);
  });

  it.skipIf(process.platform !== 'linux')('bounds its buffers where the system shows them', async () => {
    const outcomes = await run(['buffers', 'a'], 60, 64);
    expect(outcomes.map((o) => o.error?.code)).toEqual(['memory', undefined]);
  });
});

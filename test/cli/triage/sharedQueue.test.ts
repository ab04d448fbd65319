import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JsonLine, PROGRAM, stillframe } from '../run.ts';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis && process.env.CI) throw new Error('redis-server is required here and missing');
if (!hasRedis) console.warn('redis-server is not installed: the shared queue of triage is not tested');

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Waits until a process has said something. */
function said(child: ChildProcess, text: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    const hear = (data: Buffer): void => {
      if (text.test(data.toString())) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.on('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
}

describe.skipIf(!hasRedis)('triage over a Redis server', () => {
  let url = '';
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    const port = await freePort();
    url = `redis://127.0.0.1:${port}`;
    const redis = spawn('redis-server', ['--port', `${port}`, '--save', '', '--appendonly', 'no']);
    children.push(redis);
    await said(redis, /Ready to accept connections/);
  });
  afterAll(() => children.forEach((child) => child.kill()));

  it('shares dumps with a worker elsewhere and hears of each', async () => {
    const worker = spawn('node', [PROGRAM, 'triage', '--serve', '--redis', url, '--workers', '1']);
    children.push(worker);
    await said(worker, /taking dumps/);
    const { out, code, err } = await stillframe([
      'triage',
      'dumps',
      'package.json',
      '--json',
      '--redis',
      url,
      '--workers',
      '1',
    ]);
    expect(err).toBe('');
    expect(code).toBe(1);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonLine);
    expect(lines).toHaveLength(6);
    expect(lines.slice(0, -1).filter((l) => l.ok)).toHaveLength(4);
    expect(lines.at(-1)?.data).toMatchObject({ dumps: 5, failed: 1 });
  });
});

describe('triage without a Redis server', () => {
  it('says that there is none', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const { code, err } = await stillframe(['triage', 'dumps', '--redis', url]);
    expect(code).toBe(3);
    expect(err).toMatch(/^stillframe: triage: .*(does not answer|ECONNREFUSED)/);
  });
});

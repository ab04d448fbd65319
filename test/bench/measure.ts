import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');
export const PROGRAM = join(ROOT, 'dist/cli/stillframe.js');

export interface Measured {
  readonly seconds: number;
  /** user and system time of all its threads, garbage collection included: little moved by what else the machine does */
  readonly cpuSeconds: number;
  /** peak resident memory, MiB; 0 for programs that are not ours */
  readonly mebibytes: number;
}

/** The median of several runs of a command, whole process. Throws when one fails. */
export function measure(
  command: string,
  args: readonly string[],
  rounds = 5,
  env: NodeJS.ProcessEnv = {},
): number {
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    const done = spawnSync(command, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...env },
      maxBuffer: 1 << 28,
    });
    if (done.status !== 0)
      throw new Error(`${command} ended with ${done.status}: ${done.stderr.toString().slice(0, 300)}`);
    times.push((performance.now() - start) / 1000);
  }
  return median(times);
}

/** Medians of two commands that are run in turns: what else the machine does then slows both. */
export function inTurns(
  first: readonly [command: string, args: readonly string[]],
  second: readonly [command: string, args: readonly string[]],
  rounds = 9,
): [first: number, second: number] {
  const times: [number[], number[]] = [[], []];
  for (let i = 0; i < rounds; i++) {
    times[0].push(measure(...first, 1));
    times[1].push(measure(...second, 1));
  }
  return [median(times[0]), median(times[1])];
}

/** As `measure`, for our own program, with its processor time and peak memory as it reports them when it ends. */
export function measureStillframe(args: readonly string[], rounds = 5): Measured {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-bench-'));
  const hook = join(folder, 'rss.mjs');
  const report = join(folder, 'usage.json');
  writeFileSync(
    hook,
    `import { writeFileSync } from 'node:fs';\nprocess.on('exit', () => writeFileSync(${JSON.stringify(report)}, JSON.stringify(process.resourceUsage())));\n`,
  );
  const peaks: number[] = [];
  const times: number[] = [];
  const cpus: number[] = [];
  for (let i = 0; i < rounds; i++) {
    times.push(measure('node', ['--import', hook, PROGRAM, ...args], 1));
    const usage = JSON.parse(readFileSync(report, 'utf8')) as NodeJS.ResourceUsage;
    cpus.push((usage.userCPUTime + usage.systemCPUTime) / 1e6);
    peaks.push(usage.maxRSS / 1024);
  }
  rmSync(folder, { recursive: true });
  return { seconds: median(times), cpuSeconds: median(cpus), mebibytes: median(peaks) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** One line of the report: what was measured, the figure, what it should be. */
export function report(name: string, figure: string, aim: string, holds: boolean): void {
  process.stdout.write(`${holds ? 'ok  ' : 'SLOW'} ${name}: ${figure} (aim: ${aim})\n`);
}

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LEAK_EVERY, type MadeHeap, makeHeapDump } from './heapMake.ts';
import type { HeapMix } from './heapPlan.ts';
import { type Measured, measureStillframe, report, ROOT } from './measure.ts';

const MILLION = 1_000_000;
const MIB = 1024 * 1024;
const ROUNDS = 3;
/** Mean user sizes: of the million small blocks, and of those that make a gigabyte */
const SMALL = 60;
const LARGE = 1000;

/** chap, the analyser of ELF cores, counting leaks among as many blocks on a machine like this (issue 5). */
const CHAP = { blocks: 800_000, seconds: 3.0, mebibytes: 840 } as const;

/** Heaps of a million blocks: what each question costs beyond the start, and how much memory. */
export function benchHeap(): void {
  for (const mix of ['nt', 'lfh', 'mixed'] as const) benchMix(mix);
  benchLeaks();
  benchChap();
}

function benchMix(mix: HeapMix): void {
  const made = makeHeapDump(mix, MILLION, SMALL);
  const start = run(made, 'q');
  const ask = (name: string, command: string, aim: number, mebibytes?: number): void => {
    const measured = run(made, `${command};q`);
    const { mebibytes: peak } = measured;
    const own = beyond(measured, start);
    const rate = (made.blocks / own / MILLION).toFixed(1);
    report(
      `${name} of ${made.blocks} blocks (${mix})`,
      `${own.toFixed(2)} s beyond the start, ${rate} million blocks a second, peak ${peak.toFixed(0)} MiB`,
      `${aim} s${mebibytes === undefined ? '' : ` and ${mebibytes} MiB`}`,
      own <= aim && (mebibytes === undefined || peak <= mebibytes),
    );
  };
  ask('!heap -s', '!heap -s', 0.5, 150);
  ask('!heap -h', '!heap -h 1', 5);
  ask('!heap -stat', '!heap -stat -h 1', 1);
  ask('!heap -l', '!heap -l', 3);
  const measured = runFile(made, made.sample);
  const { mebibytes } = measured;
  const own = beyond(measured, start);
  report(
    `!heap -x for ${made.sample.length} addresses (${mix})`,
    `${own.toFixed(2)} s beyond the start, peak ${mebibytes.toFixed(0)} MiB`,
    '2 s',
    own <= 2,
  );
}

/** Unreachable blocks among a gigabyte of memory, and whether they are those that nobody points to. */
function benchLeaks(): void {
  const made = makeHeapDump('nt', MILLION, LARGE);
  const start = run(made, 'q');
  const measured = run(made, '!heap -l;q');
  const { mebibytes } = measured;
  const own = beyond(measured, start);
  const rate = made.bytes / MIB / own;
  report(
    `!heap -l over ${(made.bytes / MIB).toFixed(0)} MiB of blocks`,
    `${rate.toFixed(0)} MiB a second (${own.toFixed(2)} s), peak ${mebibytes.toFixed(0)} MiB`,
    '300',
    rate >= 300,
  );
  const wanted = Math.floor(made.blocks / LEAK_EVERY);
  const found = leaksIn(made);
  report('the blocks that it finds', `${found}`, `the ${wanted} that nobody points to`, found === wanted);
}

/** Whole processes, as chap was measured: less than 1 is faster and smaller than it. */
function benchChap(): void {
  const made = makeHeapDump('nt', CHAP.blocks, SMALL);
  const { seconds, cpuSeconds, mebibytes } = run(made, '!heap -l;q');
  const time = Math.min(seconds, cpuSeconds) / CHAP.seconds;
  const memory = mebibytes / CHAP.mebibytes;
  report(
    `counting leaks among ${CHAP.blocks} blocks`,
    `${time.toFixed(2)} of chap's time, ${memory.toFixed(2)} of its memory`,
    'both below 1',
    time < 1 && memory < 1,
  );
}

/**
 * Seconds beyond the start: by the clock or by the processor, whichever is less. On a busy machine the clock measures
 * others, on an idle one the processor's time has other threads' work in it.
 */
function beyond(all: Measured, start: Measured): number {
  const clock = all.seconds - start.seconds;
  const processor = all.cpuSeconds - start.cpuSeconds;
  return Math.max(0.001, Math.min(clock, processor));
}

function leaksIn({ path }: MadeHeap): number {
  const program = join(ROOT, 'dist/cli/stillframe.js');
  const done = spawnSync('node', [program, '-z', path, '-c', '!heap -l;q'], { maxBuffer: 1 << 28 });
  const [, count] = /^(\d+) potential unreachable/m.exec(done.stdout.toString()) ?? [];
  return Number(count);
}

function run({ path }: MadeHeap, commands: string): Measured {
  return measureStillframe(['-z', path, '-c', commands], ROUNDS);
}

/** One `!heap -x` for each address, from a file. */
function runFile({ path }: MadeHeap, addresses: readonly number[]): Measured {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-bench-'));
  const file = join(folder, 'commands.txt');
  writeFileSync(file, [...addresses.map((a) => `!heap -x 0x${a.toString(16)}`), 'q', ''].join('\n'));
  const measured = measureStillframe(['-z', path, '-cf', file], ROUNDS);
  rmSync(folder, { recursive: true });
  return measured;
}

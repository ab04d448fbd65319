import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layOutMinidump, type MemoryContent } from '../../core/minidump/index.ts';
import { corpusFile, hasCorpus, wineImages } from '../corpus.ts';
import { labFolder } from '../openCorpus.ts';
import { inTurns, measureStillframe, PROGRAM, report } from './measure.ts';

/** Opening costs what the question costs: 4 GiB against 60 KB, and against LLDB on the same questions. */
export function benchOpen(): void {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-bench-'));
  try {
    const small = join(folder, 'small.dmp');
    const large = join(folder, 'large.dmp');
    writeSparse(small, 60 * 1024);
    writeSparse(large, 4 * 1024 ** 3);
    const a = measureStillframe(['-z', small, '-c', 'q']);
    const b = measureStillframe(['-z', large, '-c', 'q']);
    const ratio = b.seconds / a.seconds;
    const more = b.mebibytes - a.mebibytes;
    report(
      'first prompt, 4 GiB to 60 KB',
      `${ratio.toFixed(2)} of the time (${(b.seconds * 1000).toFixed(0)} ms), ${more.toFixed(1)} MiB more`,
      '1.3 and 40 MiB',
      ratio <= 1.3 && more <= 40,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
  if (hasCorpus && spawnSync('lldb-19', ['--version']).status === 0) benchAgainstLldb();
  else process.stdout.write('     open, modules, backtraces against LLDB: no LLDB 19 or no corpus here\n');
}

/** A dump of `bytes` in all whose memory is a hole in the file: 4,096 ranges, as a large process has. */
function writeSparse(path: string, bytes: number): void {
  const ranges = bytes > 1 << 20 ? 4096 : 16;
  const size = Math.floor(bytes / ranges / 4096 || 1) * 4096;
  const memory: MemoryContent[] = Array.from({ length: ranges }, (_, i) => ({
    start: 0x10000n + BigInt(i) * BigInt(size + 0x10000),
    size,
  }));
  const laidOut = layOutMinidump({
    flags: 2n,
    systemInfo: {
      processorArchitecture: 9,
      majorVersion: 10,
      minorVersion: 0,
      buildNumber: 19041,
      numberOfProcessors: 8,
    },
    threads: [{ id: 1, teb: 0x10000n, context: new Uint8Array(0x4d0) }],
    modules: Array.from({ length: 100 }, (_, i) => ({
      base: 0x7ff600000000n + BigInt(i) * 0x100000n,
      size: 0x80000,
      name: `C:\\app\\module${i}.dll`,
    })),
    memory,
    memoryForm: 'list64',
  });
  const file = openSync(path, 'w');
  ftruncateSync(file, laidOut.size);
  for (const piece of laidOut.pieces()) writeSync(file, piece.bytes, 0, piece.bytes.length, piece.offset);
  closeSync(file);
}

/**
 * The same questions to both, whole processes, in turns, so that a busy machine slows both; each one's median counts.
 * One ratio, held against two aims: that of opening a dump and the stricter one of stacks.
 */
function benchAgainstLldb(): void {
  const name = 'x64-dll-O0';
  const dump = corpusFile(`lab/${name}/full.dmp.gz`);
  const images = [labFolder(name), ...wineImages('x64')];
  const ours = ['-z', dump, '-y', labFolder(name), '-i', images.join(';'), '-c', 'lm;~*k;q'];
  const theirs = [
    ...['--batch', '--no-lldbinit', '-o', `settings set target.exec-search-paths ${images.join(' ')}`],
    ...['-o', `target create --core "${dump}"`, '-o', 'target modules list', '-o', 'thread backtrace all'],
  ];
  const [a, b] = inTurns(['node', [PROGRAM, ...ours]], ['lldb-19', theirs]);
  const ratio = a / b;
  for (const [what, aim] of [
    ['open, list modules, all backtraces', 0.6],
    ['the same, as the time for all stacks', 0.5],
  ] as const) {
    report(
      `${what}, against LLDB 19`,
      `${ratio.toFixed(2)} of its time (${a.toFixed(2)} s to ${b.toFixed(2)} s)`,
      String(aim),
      ratio <= aim,
    );
  }
}

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { measure, median, report, ROOT } from './measure.ts';
import { FUNCTIONS, largeProgram } from './pdbMake.ts';

const SYMBOLIZER = 'llvm-symbolizer-19';
const LOOKUPS = 100_000;
/** The symbolizer takes minutes for all look-ups: it is timed on a part of them, and the rest is reckoned. */
const THEIR_LOOKUPS = 10_000;
/** Code of the program that `pdbMake` makes, in RVAs. */
const CODE_START = 0x1000;
const CODE_BYTES = 0x1800000;

interface Answer {
  readonly answered: number;
  readonly milliseconds: number;
  readonly mebibytes: number;
  /** the part of the file that was read to open it, and in all */
  readonly openedWith: number;
  readonly read: number;
}

/** A PDB with 200,000 functions: the first name, many names with lines and inlined functions, a search over all. */
export async function benchPdb(): Promise<void> {
  const program = await largeProgram();
  if (!program || spawnSync(SYMBOLIZER, ['--version']).status !== 0) {
    process.stdout.write('     PDB against LLVM: no clang-19, lld-link-19 or llvm-symbolizer-19 here\n');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-bench-'));
  try {
    const child = await bundle(folder);
    benchOpen(child, program.pdb);
    benchFirst(child, program.image, program.pdb);
    benchMany(child, program.image, program.pdb, folder);
    benchMatch(child, program.pdb);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function benchFirst(child: string, image: string, pdb: string): void {
  const rva = '0x54321';
  const ours = median(Array.from({ length: 7 }, () => ask(child, ['first', pdb, rva]).milliseconds));
  const whole = measure('node', [child, 'first', pdb, rva], 7) * 1000;
  const theirs = measure(SYMBOLIZER, [`--obj=${image}`, '--relative-address', rva], 7) * 1000;
  const ratio = ours / theirs;
  report(
    `first ln in a PDB of ${FUNCTIONS} functions, against ${SYMBOLIZER}`,
    `${ratio.toFixed(2)} of its time (${ours.toFixed(0)} ms, with the start of Node ${whole.toFixed(0)} ms, to ${theirs.toFixed(0)} ms)`,
    '0.5',
    ratio <= 0.5,
  );
}

function benchOpen(child: string, pdb: string): void {
  const { openedWith, read } = ask(child, ['first', pdb, '0x54321']);
  report(
    `opening a PDB of ${Math.round(statSync(pdb).size / 1e6)} MB`,
    `reads ${(openedWith * 100).toFixed(2)} % of it, with the first ln ${(read * 100).toFixed(2)} %`,
    '1 %',
    openedWith < 0.01,
  );
}

function benchMany(child: string, image: string, pdb: string, folder: string): void {
  // a linear congruential generator: the same addresses in each run
  let state = 1;
  const rvas = Array.from({ length: LOOKUPS }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return `0x${(CODE_START + (state % CODE_BYTES)).toString(16)}`;
  });
  const all = join(folder, 'all.txt');
  const some = join(folder, 'some.txt');
  writeFileSync(all, `${rvas.join('\n')}\n`);
  writeFileSync(some, `${rvas.slice(0, THEIR_LOOKUPS).join('\n')}\n`);
  const ours = ask(child, ['many', pdb, all]);
  const theirs = measure('sh', ['-c', `${SYMBOLIZER} --obj="${image}" --relative-address < "${some}"`], 1);
  const ratio = ours.milliseconds / 1000 / (theirs * (LOOKUPS / THEIR_LOOKUPS));
  report(
    `${LOOKUPS} look-ups with lines and inlined functions, against ${SYMBOLIZER}`,
    `${ratio.toFixed(2)} of its time (${(ours.milliseconds / 1000).toFixed(1)} s), ${ours.mebibytes.toFixed(0)} MiB beyond the start`,
    '1.0 and 150 MiB',
    ratio <= 1 && ours.mebibytes <= 150,
  );
}

function benchMatch(child: string, pdb: string): void {
  const some = ask(child, ['match', pdb, '*compute1234*']);
  const every = ask(child, ['match', pdb, '*']);
  // the bound is for a pattern; how far the memory of all names goes depends on when V8 collects what is done with
  report(
    `x module!*pattern* over ${FUNCTIONS} functions`,
    `${(some.milliseconds / 1000).toFixed(2)} s and ${some.mebibytes.toFixed(0)} MiB beyond the start for ${some.answered}, ${(every.milliseconds / 1000).toFixed(1)} s and ${every.mebibytes.toFixed(0)} MiB for all`,
    'all found, 150 MiB',
    some.answered === 111 && every.answered >= FUNCTIONS && some.mebibytes <= 150,
  );
}

function ask(child: string, args: readonly string[]): Answer {
  const { stdout, stderr, status } = spawnSync('node', [child, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`the PDB benchmark ended with ${status}: ${stderr.slice(0, 300)}`);
  return JSON.parse(stdout) as Answer;
}

/** `pdbChild` and all it imports in one file, as the shipped program is. */
async function bundle(folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      minify: false,
      rollupOptions: {
        input: { pdbChild: join(ROOT, 'test/bench/pdbChild.ts') },
        output: { entryFileNames: '[name].mjs' },
      },
    },
  });
  return join(folder, 'pdbChild.mjs');
}

if (process.argv[1] === import.meta.filename) await benchPdb();

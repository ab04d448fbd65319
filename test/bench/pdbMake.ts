/**
 * A PDB with 200,000 functions, made with clang and LLVM's linker: optimised C++ with namespaces, classes, inlined
 * functions, types and lines. Made once, in a folder below the system's temporary one.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const UNITS = 100;
const FUNCTIONS_A_UNIT = 2000;
export const FUNCTIONS = UNITS * FUNCTIONS_A_UNIT;

export interface LargeProgram {
  readonly image: string;
  readonly pdb: string;
}

/** The program, or undefined where clang-19 or lld-link-19 are not installed. */
export async function largeProgram(): Promise<LargeProgram | undefined> {
  for (const tool of ['clang-19', 'lld-link-19']) {
    if (spawnSync(tool, ['--version']).status !== 0) return undefined;
  }
  const folder = join(tmpdir(), `stillframe-bench-pdb-${FUNCTIONS}-1`);
  const made = { image: join(folder, 'large.dll'), pdb: join(folder, 'large.pdb') };
  if (existsSync(made.image)) return made;
  mkdirSync(folder, { recursive: true });
  process.stdout.write(`     making a PDB with ${FUNCTIONS} functions in ${folder} (some minutes, once)\n`);
  const units = Array.from({ length: UNITS }, (_, i) => i);
  const compileNext = async (): Promise<void> => {
    for (let unit = units.shift(); unit !== undefined; unit = units.shift()) await compile(folder, unit);
  };
  await Promise.all([compileNext(), compileNext()]);
  const objects = Array.from({ length: UNITS }, (_, i) => join(folder, `unit${i}.obj`));
  const image = join(folder, 'linking.dll');
  writeFileSync(join(folder, 'objects.txt'), objects.map((o) => `"${o}"`).join('\n'));
  const options = [
    '/dll',
    '/noentry',
    '/debug',
    '/opt:noref',
    '/opt:noicf',
    '/nodefaultlib',
    '/force:unresolved',
  ];
  await run('lld-link-19', [
    ...options,
    `/out:${image}`,
    `/pdb:${made.pdb}`,
    `@${join(folder, 'objects.txt')}`,
  ]);
  renameSync(image, made.image);
  return made;
}

async function compile(folder: string, unit: number): Promise<void> {
  const source = join(folder, `unit${unit}.cpp`);
  const object = join(folder, `unit${unit}.obj`);
  if (existsSync(object)) return;
  writeFileSync(source, sourceOf(unit));
  const options = ['--target=x86_64-pc-windows-msvc', '-g', '-gcodeview', '-O1', '-ffunction-sections', '-c'];
  await run('clang-19', [...options, source, '-o', `${object}.part`]);
  renameSync(`${object}.part`, object);
}

function sourceOf(unit: number): string {
  const functions = Array.from({ length: FUNCTIONS_A_UNIT }, (_, i) => {
    const number = unit * FUNCTIONS_A_UNIT + i;
    const record = `Record${number % 50}`;
    return `
__declspec(noinline) int Worker${i % 40}::compute${number}(${record} *record, int count) {
  int total = ${number};
  for (int i = 0; i < count; i++) {
    total += bounded(record->values[i & 7] * ${(number % 13) + 2}, 0, ${number});
    if (total > record->limit) {
      record->next = record;
      total -= scaled(record->weight, total);
    }
  }
  return total;
}`;
  });
  const records = Array.from({ length: 50 }, (_, i) => {
    return `struct Record${i} { int values[8]; int limit; double weight; Record${i} *next; const char *name; };`;
  });
  const workers = Array.from({ length: 40 }, (_, w) => {
    const members = Array.from({ length: FUNCTIONS_A_UNIT }, (_, i) => i).filter((i) => i % 40 === w);
    const declared = members.map((i) => {
      const number = unit * FUNCTIONS_A_UNIT + i;
      return `int compute${number}(Record${number % 50} *record, int count);`;
    });
    return `class Worker${w} {\npublic:\n  ${declared.join('\n  ')}\n};`;
  });
  return `namespace area${unit} {
${records.join('\n')}
static inline int bounded(int value, int low, int high) {
  if (value < low) return low;
  return value > high ? high : value;
}
static inline int scaled(double weight, int value) {
  int whole = (int)(weight * value);
  return bounded(whole, 1, 1000);
}
${workers.join('\n')}
${functions.join('\n')}
}
extern "C" int _fltused = 1;
`.replace('extern "C" int _fltused = 1;', unit === 0 ? 'extern "C" int _fltused = 1;' : '');
}

function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve();
      else reject(new Error(`${command} ended with ${status}: ${errors.slice(0, 500)}`));
    });
  });
}

/** LLVM's tools, Debian's llvm-19, as a second opinion. Absent they skip a test; CI requires them with the corpus. */
import { spawnSync } from 'node:child_process';

export const hasLlvm = spawnSync('llvm-undname-19', ['--version']).status === 0;
if (!hasLlvm && process.env.STILLFRAME_REQUIRE_CORPUS)
  throw new Error('llvm-19 is required here and missing');

function run(tool: string, args: string[], input = ''): string[] {
  const { stdout } = spawnSync(tool, args, { input, maxBuffer: 1 << 28, encoding: 'utf8' });
  return stdout.split('\n');
}

/** What llvm-undname makes of each name; undefined where it cannot. */
export function llvmUndname(names: readonly string[]): (string | undefined)[] {
  const lines = run('llvm-undname-19', [], names.join('\n') + '\n');
  const answers: (string | undefined)[] = [];
  // a name, its undecorated form unless it failed, an empty line
  for (let at = 0; answers.length < names.length; at++) {
    if (lines[at] !== names[answers.length]) throw new Error(`llvm-undname lost its place at ${lines[at]}`);
    const text = lines[++at];
    answers.push(text === '' ? undefined : text);
    if (text !== '') at++;
  }
  return answers;
}

export function llvmCxxfilt(names: readonly string[]): string[] {
  return run('llvm-cxxfilt-19', [], names.join('\n') + '\n').slice(0, names.length);
}

export interface PdbSymbol {
  readonly name: string;
  /** `1:4096`: section and offset, decimal */
  readonly place: string;
}

const publics = new Map<string, PdbSymbol[]>();

/** Public symbols of a PDB, names as the linker has them. */
export function pdbPublics(path: string): PdbSymbol[] {
  let symbols = publics.get(path);
  if (!symbols) {
    symbols = addressed(run('llvm-pdbutil-19', ['dump', '-publics', path]), /^S_PUB32$/);
    publics.set(path, symbols);
  }
  return symbols;
}

/** Procedures and data of a PDB's private symbols, named by the compiler. */
export function pdbPrivates(path: string): PdbSymbol[] {
  return addressed(
    run('llvm-pdbutil-19', ['dump', '-symbols', '-globals', path]),
    /^S_[GL](PROC|DATA)32(_ID)?$/,
  );
}

/** A record's first line has its kind and name, one of the next its address. */
function addressed(lines: string[], kind: RegExp): PdbSymbol[] {
  const found: PdbSymbol[] = [];
  let name: string | undefined;
  for (const line of lines) {
    const record = / (S_\w+) \[size = \d+\](?: `(.*)`)?/.exec(line);
    if (record) name = kind.test(record[1] ?? '') ? record[2] : undefined;
    const address = /addr = (\d+):(\d+)/.exec(line);
    if (!address || name === undefined) continue;
    found.push({ name, place: `${Number(address[1])}:${Number(address[2])}` });
    name = undefined;
  }
  return found;
}

/** What `llvm-pdbutil dump` says of a PDB, read back from its text: a truth that this reader did not make. */
import { spawnSync } from 'node:child_process';

const PDBUTIL = 'llvm-pdbutil-19';

export const hasPdbutil = spawnSync(PDBUTIL, ['--version']).status === 0;

/** Lines of one section of the dump; undefined where pdbutil gives up (it does on PDBs of the XP time). */
export function dump(path: string, section: string): string[] | undefined {
  const run = spawnSync(PDBUTIL, ['dump', section, path], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return run.status === 0 ? run.stdout.split('\n') : undefined;
}

export interface DumpedPlace {
  readonly section: number;
  readonly offset: number;
}

export interface DumpedSymbol extends DumpedPlace {
  readonly kind: string;
  readonly name: string;
  /** of publics: function, code, none */
  readonly flags?: string;
  readonly module: number;
  /** offset of the record */
  readonly record: number;
  readonly size?: number;
  readonly type?: number;
  readonly value?: string;
}

/** Records of --globals, --publics and --symbols that have a name. */
export function parseSymbols(lines: readonly string[]): DumpedSymbol[] {
  const found: DumpedSymbol[] = [];
  let module = -1;
  for (const [i, line] of lines.entries()) {
    const mod = /^\s*Mod (\d+) \|/.exec(line);
    if (mod) module = Number(mod[1]);
    const head = /^\s*(\d+) \| (S_\w+) \[size = \d+\] `(.*)`(?: \(addr = (\d+):(\d+)\))?$/.exec(line);
    if (!head) continue;
    const details: string[] = [];
    for (let next = i + 1; next < lines.length && /^ {6,}\S/.test(lines[next] ?? ''); next++) {
      if (/^\s*\d+ \| S_/.test(lines[next] ?? '')) break;
      details.push(lines[next] ?? '');
    }
    const text = details.join(' ');
    const address = /addr = (\d+):(\d+)/.exec(text);
    const number = (pattern: RegExp): number | undefined => {
      const match = pattern.exec(text);
      return match ? Number(match[1]) : undefined;
    };
    found.push({
      kind: head[2] ?? '',
      name: head[3] ?? '',
      module,
      record: Number(head[1]),
      section: Number(address?.[1] ?? head[4] ?? 0),
      offset: Number(address?.[2] ?? head[5] ?? 0),
      ...given('flags', /flags = ([^,]*)/.exec(text)?.[1]),
      ...given('size', number(/code size = (\d+)/)),
      ...given('type', number(/type = `?(0x[0-9A-F]+)/)),
      ...given('value', /value = (-?\d+)/.exec(text)?.[1]),
    });
  }
  return found;
}

export interface DumpedLine extends DumpedPlace {
  readonly module: number;
  readonly file: string;
  readonly line: number;
}

/** Numbers of the modules in --modules that have a stream. */
export function parseModules(lines: readonly string[]): Set<number> {
  const found = new Set<number>();
  let module = -1;
  for (const line of lines) {
    const mod = /^\s*Mod (\d+) \|/.exec(line);
    if (mod) module = Number(mod[1]);
    const stream = /debug stream: (\d+)/.exec(line);
    if (stream && stream[1] !== '65535') found.add(module);
  }
  return found;
}

/** Lines of -l; those that only steer stepping are left out. */
export function parseLines(lines: readonly string[]): DumpedLine[] {
  const found: DumpedLine[] = [];
  let module = -1;
  let file = '';
  let section = 0;
  for (const line of lines) {
    const mod = /^\s*Mod (\d+) \|/.exec(line);
    if (mod) {
      module = Number(mod[1]);
      continue;
    }
    const run = /^\s+([0-9A-F]{4}):[0-9A-F]{8}-[0-9A-F]{8}, line\/(?:column\/)?addr entries = /.exec(line);
    if (run) {
      section = parseInt(run[1] ?? '', 16);
      continue;
    }
    const name = /^\s*(\S.*?) \((?:MD5|SHA-1|SHA-256|no checksum)(?:: [0-9A-F]*)?\)$/.exec(line);
    if (name) {
      file = name[1] ?? '';
      continue;
    }
    for (const [, number, offset] of line.matchAll(
      /(\d+|NSI|ASI)(?:-\d+)?(?::\d+-\d+)? ([0-9A-F]{8}) [ !]/g,
    )) {
      if (/^\d/.test(number ?? '')) {
        found.push({ module, file, section, line: Number(number), offset: parseInt(offset ?? '', 16) });
      }
    }
  }
  return found;
}

export interface DumpedType {
  readonly index: number;
  readonly leaf: string;
  readonly size: number;
  readonly name: string;
  /** all of it, in one line each */
  readonly text: string;
  /** members of a field list: kind and text */
  readonly members: readonly { readonly leaf: string; readonly text: string }[];
}

export function parseTypes(lines: readonly string[]): Map<number, DumpedType> {
  const found = new Map<number, DumpedType>();
  let current: { index: number; leaf: string; size: number; name: string; text: string } | undefined;
  let members: { leaf: string; text: string }[] = [];
  const finish = (): void => {
    if (current) found.set(current.index, { ...current, members });
    members = [];
  };
  for (const line of lines) {
    const head = /^\s*0x([0-9A-F]+) \| (LF_\w+) \[size = (\d+)\](?: `(.*)`)?/.exec(line);
    if (head) {
      finish();
      const [, index = '', leaf = '', size = '', name = ''] = head;
      current = { index: parseInt(index, 16), leaf, size: Number(size), name, text: '' };
      continue;
    }
    if (!current) continue;
    const member = /^\s*- (LF_\w+|Method) ?(.*)$/.exec(line);
    const last = members.at(-1);
    if (member) members.push({ leaf: member[1] ?? '', text: member[2] ?? '' });
    else if (last) last.text += ` ${line.trim()}`;
    else current.text += ` ${line.trim()}`;
  }
  finish();
  return found;
}

export interface DumpedFrame {
  readonly start: number;
  readonly length: number;
  readonly locals: number;
  readonly parameters: number;
  readonly prolog: number;
  readonly savedRegisters: number;
  readonly seh: boolean;
  readonly rest: readonly string[];
}

/** The two tables of --fpo: cells of each row. */
export function parseFpo(lines: readonly string[]): { old: string[][]; new: string[][] } {
  const tables = { old: [] as string[][], new: [] as string[][] };
  let table: string[][] = tables.old;
  for (const line of lines) {
    if (line.includes('Old FPO Data')) table = tables.old;
    if (line.includes('New FPO Data')) table = tables.new;
    if (/^[0-9A-F]{8} \|/.test(line)) table.push(line.split(' | ').map((cell) => cell.trim()));
  }
  return tables;
}

function given<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  const some: Partial<Record<K, V>> = {};
  if (value !== undefined) some[key] = value;
  return some;
}

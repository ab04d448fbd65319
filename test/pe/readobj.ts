/** llvm-readobj as a second reader of PE images: its text as a tree. Where it is not installed, tests say so and skip. */
import { spawnSync } from 'node:child_process';

// older ones print GUIDs as bytes
const NAMES = ['llvm-readobj-20', 'llvm-readobj-19', 'llvm-readobj-18', 'llvm-readobj-17'];
const program = NAMES.find((name) => spawnSync(name, ['--version']).status === 0);

export const hasReadobj = program !== undefined;

/** One line of its output: `Name: value`, or a block with children. */
export interface Node {
  readonly name: string;
  readonly value: string;
  readonly children: Node[];
}

const TABLES = [
  '--file-headers',
  '--sections',
  '--coff-exports',
  '--coff-imports',
  '--coff-debug-directory',
  '--coff-tls-directory',
  '--coff-load-config',
  '--coff-basereloc',
];

/** What llvm-readobj says of a file. */
export function readobj(file: string): Node {
  const { stdout } = spawnSync(program ?? '', [...TABLES, file], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  const root: Node = { name: '', value: '', children: [] };
  const open = [root];
  for (const line of stdout.split('\n')) {
    const text = line.trim();
    const parent = open.at(-1) ?? root;
    if (text === '}' || text === ']') {
      if (open.length > 1) open.pop();
    } else if (/[[{]$/.test(text) || /\[ \(0x[0-9A-F]+\)$/.test(text)) {
      // `Section {`, `Characteristics [ (0x2102)`
      const block = /^(.*?) [[{](?: \((0x[0-9A-F]+)\))?$/.exec(text);
      const node = { name: block?.[1] ?? '', value: block?.[2] ?? '', children: [] };
      parent.children.push(node);
      open.push(node);
    } else if (text !== '') {
      const colon = text.indexOf(': ');
      const [name, value] =
        colon < 0 ? [text.replace(/:$/, ''), ''] : [text.slice(0, colon), text.slice(colon + 2)];
      parent.children.push({ name, value, children: [] });
    }
  }
  return root;
}

/** The children of that name. */
export function all(node: Node | undefined, name: string): Node[] {
  return node?.children.filter((c) => c.name === name) ?? [];
}

export function text(node: Node | undefined, name: string): string {
  const found = all(node, name)[0];
  if (!found) throw new Error(`llvm-readobj names no ${name}`);
  return found.value;
}

/** A number as it prints them: `0x1F`, `31`, `IMAGE_FILE_MACHINE_I386 (0x14C)`. */
export function number(node: Node | undefined, name: string): number {
  const value = text(node, name);
  return Number(/\((0x[0-9A-F]+)\)$/.exec(value)?.[1] ?? value);
}

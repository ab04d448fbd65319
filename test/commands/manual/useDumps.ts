import { readFileSync } from 'node:fs';
import { BufferSource } from '../../../core/bytes/index.ts';
import { Engine } from '../../../core/engine/index.ts';
import { nodeHost } from '../../../core/node/index.ts';
import { corpusFile, wineImages } from '../../corpus.ts';
import { labFolder } from '../../openCorpus.ts';
import { MemoryFiles } from '../files/memoryFiles.ts';
import type { UseDump } from './use.ts';

/** Script files that lines read. */
const SCRIPTS: Readonly<Record<string, string>> = {
  'script.txt': '? ${$arg1} * 2',
  'plain.txt': '.echo from a file',
  'dog.natvis':
    '<AutoVisualizer xmlns="http://schemas.microsoft.com/vstudio/debugger/natvis/2010"><Type Name="Dog"><DisplayString>{name}</DisplayString></Type></AutoVisualizer>',
};

const CASES = {
  lab: 'x86-static-O0/privrw',
  crash: 'x86-crash-av-write-null/privrw',
} as const;

/** Opens one of the dumps that the manual's forms are tried on; files are in memory, servers are not asked. */
export async function openUseDump(name: UseDump, redact = false): Promise<Engine> {
  const lab = name === 'lab' || name === 'crash' ? CASES[name] : undefined;
  const file =
    lab !== undefined
      ? corpusFile(`lab/${lab}.dmp.gz`)
      : name === 'windows7'
        ? 'dumps/runtime-test-mt.dmp'
        : corpusFile('public/dumps/llvm_fizzbuzz-wow64-26d926_x64wow64_win7.dmp.gz');
  const folder = lab === undefined ? undefined : labFolder(lab.split('/')[0] ?? '');
  const host = {
    ...nodeHost({
      dump: file,
      symbolPath: folder,
      imagePath: folder && [folder, ...wineImages('x86')].join(';'),
      redact,
    }),
    outputFiles: new MemoryFiles(),
    files: {
      read: (path: string) => Promise.resolve(SCRIPTS[path] ?? ''),
      environment: (variable: string) => (variable === 'LAB_HOST' ? 'host value' : undefined),
    },
  };
  const engine = await Engine.open(new BufferSource(readFileSync(file), file), host);
  if (name === 'lab') await engine.execute('.frame 6', { line: () => undefined });
  return engine;
}

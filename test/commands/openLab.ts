import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { Engine } from '../../core/engine/index.ts';
import { nodeHost } from '../../core/node/index.ts';
import { corpusFile, wineImages } from '../corpus.ts';
import { labFolder } from '../openCorpus.ts';

const engines = new Map<string, Promise<Engine>>();
/** Test files share modules, but not engines: one file's choice of thread is nothing to the next. */
let owner: string | undefined;

/**
 * An engine on a lab dump with its program's PDB and image and Wine's images: `openLab('x86-static-O0', 'privrw')`. One
 * for each dump in a test file, unless a test wants a `fresh` one to change.
 */
export function openLab(
  name: string,
  kind = 'privrw',
  options: { fresh?: boolean; readsFiles?: boolean } = {},
): Promise<Engine> {
  const { testPath } = expect.getState();
  if (testPath !== owner) engines.clear();
  owner = testPath;
  const { readsFiles } = options;
  const key = `${name}/${kind}`;
  const known = options.fresh ? undefined : engines.get(`${key} ${readsFiles}`);
  if (known) return known;
  const file = corpusFile(`lab/${key}.dmp.gz`);
  const folder = labFolder(name);
  const system = (['x86', 'x64'] as const).filter((arch) => name.startsWith(arch)).flatMap(wineImages);
  const host = nodeHost({
    dump: file,
    symbolPath: folder,
    imagePath: [folder, ...system].join(';'),
    readsFiles,
  });
  const engine = Engine.open(new BufferSource(readFileSync(file), file), host);
  if (!options.fresh) engines.set(`${key} ${readsFiles}`, engine);
  return engine;
}

import { readSourceLink, readSrcsrv, type SourceIndex } from '../source/index.ts';
import { orAbsent } from './orAbsent.ts';
import type { PdbFile } from './pdbFile.ts';

/** Streams of Source Link: link.exe numbers them, other tools do not. The names are from PDBs in the wild. [C] */
const SOURCE_LINK = /^sourcelink(\$\d+)?$/i;
/** The indexes of the largest programs are a few MiB. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Where a PDB says that its source files can be had: Source Link first, as debuggers that know both have it. */
export function sourceIndexes(pdb: PdbFile): readonly SourceIndex[] {
  const indexes: SourceIndex[] = [];
  for (const [name, number] of pdb.info.named) {
    const isSrcsrv = name.toLowerCase() === 'srcsrv';
    if (!isSrcsrv && !SOURCE_LINK.test(name)) continue;
    const text = textOf(pdb, number);
    const index = isSrcsrv ? readSrcsrv(text) : readSourceLink(text);
    if (index) indexes.push(index);
    else indexes.push(unreadable(isSrcsrv ? 'srcsrv' : 'Source Link', `its stream ${name} cannot be read`));
  }
  return indexes.sort((a, b) => Number(a.kind === 'srcsrv') - Number(b.kind === 'srcsrv'));
}

function textOf(pdb: PdbFile, number: number): string {
  const stream = pdb.stream(number);
  if (!stream || stream.size > MAX_BYTES) return '';
  return orAbsent(() => new TextDecoder().decode(stream.read(0, stream.size))) ?? '';
}

function unreadable(kind: SourceIndex['kind'], detail: string): SourceIndex {
  return { kind, detail, find: () => undefined };
}

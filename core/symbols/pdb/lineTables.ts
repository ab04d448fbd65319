import { LineTable } from './lineTable.ts';
import { ModuleCache } from './moduleCache.ts';
import type { ModuleStreams } from './moduleStreams.ts';
import { orAbsent } from './orAbsent.ts';
import type { PdbFile } from './pdbFile.ts';

/** Bound on the line tables kept: 32 MiB are two and a half million lines. */
const TABLE_BYTES = 32 * 1024 * 1024;

/** The line tables of modules, read when one is asked for. */
export class LineTables extends ModuleCache<LineTable> {
  constructor(pdb: PdbFile, modules: ModuleStreams) {
    super(TABLE_BYTES, (module) => {
      const info = modules.info(module);
      const stream = modules.stream(module);
      if (!info || !stream || info.c13Bytes === 0) return undefined;
      const offset = info.symbolBytes + info.c11Bytes;
      return orAbsent(() => new LineTable(stream, offset, info.c13Bytes, pdb.space, pdb.names()));
    });
  }
}

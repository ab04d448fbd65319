import { ModuleCache } from './moduleCache.ts';
import { ModuleIndex } from './moduleIndex.ts';
import type { ModuleInfo } from './moduleList.ts';
import { orAbsent } from './orAbsent.ts';
import type { PdbFile } from './pdbFile.ts';
import type { StreamReader } from './streamReader.ts';
import { decodeSymbol } from './decodeSymbol.ts';
import type { PdbSymbol } from './symbolRecord.ts';

/** Bound on the address indexes kept: 32 MiB are two and a half million symbols. */
const INDEX_BYTES = 32 * 1024 * 1024;

/** The streams of single modules: their address indexes and their records. */
export class ModuleStreams {
  private readonly indexes = new ModuleCache<ModuleIndex>(INDEX_BYTES, (module) => {
    const info = this.info(module);
    const stream = this.pdb.stream(info?.stream);
    return info && stream && orAbsent(() => new ModuleIndex(info, stream, this.pdb.space));
  });

  constructor(private readonly pdb: PdbFile) {}

  info(module: number): ModuleInfo | undefined {
    return this.pdb.modules()?.at(module);
  }

  stream(module: number): StreamReader | undefined {
    return this.pdb.stream(this.info(module)?.stream);
  }

  /** What lies where in a module; undefined where it has no stream. */
  index(module: number): ModuleIndex | undefined {
    return this.indexes.of(module);
  }

  /** A record of a module by its offset in the module's stream; undefined where there is none. */
  symbol(module: number, offset: number): PdbSymbol | undefined {
    const info = this.info(module);
    const stream = this.pdb.stream(info?.stream);
    if (!info || !stream) return undefined;
    return symbolAt(stream, offset, info.symbolBytes);
  }
}

/** The record at an offset of a stream, which must end before `end`. */
function symbolAt(stream: StreamReader, offset: number, end: number): PdbSymbol | undefined {
  return orAbsent(() => {
    const bytes = stream.record(offset, end);
    return bytes && decodeSymbol(bytes);
  });
}

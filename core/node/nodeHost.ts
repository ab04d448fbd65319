import { dirname } from 'node:path';
import type { EngineHost } from '../engine/index.ts';
import { createSymbolLoader } from '../symbols/index.ts';
import { provideForeignNames } from './foreignNames.ts';
import { openDumpFile } from './openDumpFile.ts';
import { outputFiles } from './outputFiles.ts';
import { ServedSources } from './servedSources.ts';
import { SourceFolders } from './sourceFolders.ts';
import { textFiles } from './textFiles.ts';
import { SymbolStore, type SymbolStoreOptions } from './symbolStore.ts';

export interface NodeHostOptions {
  /** the dump's path: its folder is searched first, for symbols and for images */
  readonly dump: string;
  readonly symbolPath?: string;
  readonly imagePath?: string;
  readonly sourcePath?: string;
  /** masks what is personal in all output */
  readonly redact?: boolean;
  /** lets commands write files (.dump, .writemem, .logopen): for hosts that a person types at */
  readonly writesFiles?: boolean;
  /** lets commands read text files that a line names ($$><, as /f) and this process' environment: for the same hosts */
  readonly readsFiles?: boolean;
  /** lets `.opendump` open any file, and says what each of them is lent: for the same hosts */
  readonly opensDumps?: (path: string) => EngineHost;
  readonly onProgress?: SymbolStoreOptions['onProgress'];
}

/** What a host with a file system lends the engine: images, symbols and sources from folders, stores and servers. */
export function nodeHost(options: NodeHostOptions): EngineHost {
  const { dump, symbolPath, imagePath, sourcePath, redact, opensDumps, onProgress } = options;
  provideForeignNames();
  const paths = new SymbolStore({ dumpFolder: dirname(dump), symbolPath, imagePath, onProgress });
  return {
    images: paths.images,
    symbols: createSymbolLoader(paths),
    paths,
    sources: new SourceFolders(new ServedSources({ onProgress })),
    sourcePath,
    redact,
    outputFiles: options.writesFiles ? outputFiles : undefined,
    files: options.readsFiles ? textFiles : undefined,
    openDump:
      opensDumps &&
      (async (path, member) => {
        const file = await openDumpFile(path, onProgress, member);
        return { source: file.source, host: opensDumps(path), close: () => file.cleanup() };
      }),
  };
}

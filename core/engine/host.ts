import type { ByteSource } from '../bytes/index.ts';
import type { Command, OutputFiles, TextFiles } from '../commands/index.ts';
import type { SearchPaths, SourceFiles, SymbolLoader } from '../symbols/index.ts';
import type { ImageFiles } from '../target/index.ts';

/** What the host lends the engine: where images, symbols and source files come from. */
export interface EngineHost {
  readonly images?: ImageFiles;
  readonly symbols?: SymbolLoader;
  readonly paths?: SearchPaths;
  readonly sources?: SourceFiles;
  /** the source path at first: `-srcpath` */
  readonly sourcePath?: string;
  /** what is personal in the dump is masked in all that is shown */
  readonly redact?: boolean;
  /** Why a command is not run here; undefined for those that are. Commands within commands are asked about as well. */
  refuse?(command: Pick<Command, 'name' | 'beyond'>): string | undefined;
  /** files that .dump, .writemem and .logopen write */
  readonly outputFiles?: OutputFiles;
  /**
   * Opens another dump beside this one (`.opendump`): `member` names one within an archive. Absent where the host shows
   * one dump at a time. Rejects with a `StillframeError` that names no path.
   */
  openDump?(path: string, member?: string): Promise<LentDump>;
  /** script files and the like; without it commands that read one say so */
  readonly files?: TextFiles;
}

/** A dump that a host opened, and what it lends to it. */
export interface LentDump {
  readonly source: ByteSource;
  readonly host: EngineHost;
  /** Gives back what was opened. */
  close(): void;
}

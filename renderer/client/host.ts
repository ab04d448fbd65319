import type { Port } from '../../core/protocol/index.ts';

/** A dump as a host names it: what the engine's `open` gets, and what a person calls it. */
export interface DumpSource {
  readonly name: string;
  readonly source: unknown;
  /** the name of the folder that it lies in, where the host knows it */
  readonly folder?: string;
}

/** What the page is in: a browser tab or Electron. */
export interface Host {
  readonly kind: 'web' | 'electron';
  /** Starts an engine of its own for a dump. `stopped` is called when it dies by itself. */
  startEngine(stopped: (reason: string) => void): Port | Promise<Port>;
  /** Asks the person for dumps; empty where they chose none. */
  chooseDumps(): Promise<readonly DumpSource[]>;
  /** Asks for symbol and image files; what `addFiles` gets. */
  chooseFiles(): Promise<readonly unknown[]>;
  /** A dropped file as a dump, or as what `addFiles` gets. Throws where this host cannot open it. */
  dumpOf(file: File): DumpSource;
  fileOf(file: File): unknown;
  /** the bundled dump with its symbols, for a person who wants to look around */
  sample(): Promise<{ readonly dump: DumpSource; readonly symbols: readonly unknown[] }>;
  /** Dumps to open at once: from the command line, a double click, the address. */
  initialDumps(): Promise<readonly DumpSource[]>;
  /** Dumps that were opened before; a browser keeps none. */
  recentDumps(): Promise<readonly DumpSource[]>;
  /** Later ones, of Electron: recent files, a second start. */
  onOpenDump(open: (dump: DumpSource) => void): void;
  /** Hears which dumps are open, whenever that changes: what reloads the page by itself opens them again. */
  shownDumps?(dumps: readonly DumpSource[]): void;
  /** symbols and images that lie beside the dump, where the host knows them */
  besideDump(dump: DumpSource): Promise<readonly unknown[]>;
  saveText(name: string, text: string): Promise<void>;
}

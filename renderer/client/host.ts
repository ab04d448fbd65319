import type { Port } from '../../core/protocol/index.ts';

/** A dump as a host names it: what the engine's `open` gets, and what a person calls it. */
export interface DumpSource {
  readonly name: string;
  readonly source: unknown;
  /** the name of the folder that it lies in, where the host knows it */
  readonly folder?: string;
}

/** A dump that the page opens by itself when it is loaded. */
export interface InitialDump extends DumpSource {
  /** symbols and images that it had been given before the page was loaded anew */
  readonly added: readonly unknown[];
  /** it was the one in front */
  readonly isFront: boolean;
}

/** What a page does when it is loaded. */
export interface Initial {
  readonly dumps: readonly InitialDump[];
  /** dumps that were open before, and why they are not opened again */
  readonly lost?: { readonly names: readonly string[]; readonly why: string };
}

/** A tab, as the host keeps it for a page that is loaded anew. */
export interface ShownDump {
  readonly dump: DumpSource;
  readonly added: readonly unknown[];
  readonly isFront: boolean;
  /** it could be opened; else it is on its way */
  readonly isOpen: boolean;
}

/** An action as the system's menu shows it. */
export interface MenuItem {
  readonly id: string;
  readonly title: string;
  readonly menu: 'File' | 'View' | 'Go' | 'Window' | 'Help';
  readonly key?: string;
  readonly isEnabled: boolean;
  readonly isSeparated: boolean;
}

/** The system's menu: it shows the page's actions and asks the page to do them. */
export interface SystemMenu {
  /** the page has no menu bar of its own then */
  readonly isOnly: boolean;
  show(items: readonly MenuItem[]): void;
  onAction(act: (id: string) => void): void;
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
  /** Dumps to open at once: from the command line, a double click, the address; those of before, where the page was loaded anew. */
  initialDumps(): Promise<Initial>;
  /** Dumps that were opened before; a browser keeps none. */
  recentDumps(): Promise<readonly DumpSource[]>;
  /** Later ones, of Electron: recent files, a second start. */
  onOpenDump(open: (dump: DumpSource) => void): void;
  /** Hears which dumps are open, whenever that changes: a page that is loaded anew opens them again, or names them. */
  shownDumps(dumps: readonly ShownDump[]): void;
  /** the system's menu, where the host has one that shows what the page's own does */
  readonly menu?: SystemMenu;
  /** symbols and images that lie beside the dump, where the host knows them */
  besideDump(dump: DumpSource): Promise<readonly unknown[]>;
  saveText(name: string, text: string): Promise<void>;
}

/** What passes between the page, its preload and main. What main hears it checks with `bridgeSchemas.ts`. */

/** Channels of ipcMain and ipcRenderer. */
export const Channel = {
  startEngine: 'engine:start',
  endEngine: 'engine:end',
  enginePort: 'engine:port',
  engineStopped: 'engine:stopped',
  grant: 'file:grant',
  chooseDumps: 'dialog:dumps',
  chooseFiles: 'dialog:files',
  initialDumps: 'dumps:initial',
  recentDumps: 'dumps:recent',
  sampleDump: 'dumps:sample',
  openDump: 'dumps:open',
  shownDumps: 'dumps:shown',
  showMenu: 'menu:show',
  menuAction: 'menu:action',
  saveText: 'text:save',
} as const;

/** A file that the person chose, by a name for the page and an id that only the engine can turn into a path. */
export interface GrantedFile {
  readonly name: string;
  readonly id: string;
  /** the name of its folder, where files of one name must be told apart */
  readonly folder?: string;
}

/** A dump that the page opens when it is loaded. */
export interface InitialFile extends GrantedFile {
  /** symbols and images that it had before the page was loaded anew */
  readonly added: readonly GrantedFile[];
  /** it was the one in front */
  readonly isFront: boolean;
}

/** What the page opens when it is loaded, and what it had open and does not get again. */
export interface InitialFiles {
  readonly dumps: readonly InitialFile[];
  readonly lost: readonly string[];
}

/** A dump that the page has open, by ids. */
export interface ShownFile {
  readonly id: string;
  readonly added: readonly string[];
  readonly isFront: boolean;
  /** it could be opened; else it is on its way */
  readonly isOpen: boolean;
}

export const MENUS = ['File', 'View', 'Go', 'Window', 'Help'] as const;

/** What the page's menus have, for the system's menu: the page does it when it is asked by its id. */
export interface MenuEntry {
  readonly id: string;
  readonly title: string;
  readonly menu: (typeof MENUS)[number];
  /** `Ctrl+Shift+K` */
  readonly key?: string;
  readonly isEnabled: boolean;
  /** a line above it */
  readonly isSeparated: boolean;
}

/** What the page finds as `window.stillframe`. */
export interface Bridge {
  /** Starts an engine; its port comes as a message event `{ enginePort: engine }` with the port. */
  startEngine(engine: number): void;
  /** Ends an engine: its dump was closed. */
  endEngine(engine: number): void;
  onEngineStopped(heard: (engine: number, reason: string) => void): void;
  chooseDumps(): Promise<readonly GrantedFile[]>;
  chooseFiles(): Promise<readonly GrantedFile[]>;
  /** a file that was dropped; undefined where it has no path on this machine */
  grant(file: File): GrantedFile | undefined;
  initialDumps(): Promise<InitialFiles>;
  /** dumps that were opened before, the last one first; whether they are still there is seen when one is opened */
  recentDumps(): Promise<readonly GrantedFile[]>;
  /** the dump that comes with the program */
  sampleDump(): Promise<GrantedFile>;
  onOpenDump(heard: (file: GrantedFile) => void): void;
  /** Says which dumps the page has: they are opened again when the page is loaded anew, and remembered when they are open. */
  shownDumps(shown: readonly ShownFile[]): void;
  /** Says what the system's menu has. */
  showMenu(entries: readonly MenuEntry[]): void;
  onMenuAction(heard: (id: string) => void): void;
  saveText(name: string, text: string): Promise<void>;
}

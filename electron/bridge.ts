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
  saveText: 'text:save',
} as const;

/** A file that the person chose, by a name for the page and an id that only the engine can turn into a path. */
export interface GrantedFile {
  readonly name: string;
  readonly id: string;
  /** the name of its folder, where files of one name must be told apart */
  readonly folder?: string;
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
  /** a file that was dropped, a dump or one that goes with it; undefined where it has no path on this machine */
  grant(file: File, what: 'dump' | 'file'): GrantedFile | undefined;
  initialDumps(): Promise<readonly GrantedFile[]>;
  /** dumps that were opened before and are still there, the last one first */
  recentDumps(): Promise<readonly GrantedFile[]>;
  /** the dump that comes with the program */
  sampleDump(): Promise<GrantedFile>;
  onOpenDump(heard: (file: GrantedFile) => void): void;
  /** Says which dumps the page has open, by their ids: they are opened again when the page is loaded anew. */
  shownDumps(ids: readonly string[]): void;
  saveText(name: string, text: string): Promise<void>;
}

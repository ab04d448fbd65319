import type { BrowserWindow } from 'electron';
import { Channel, type InitialFile, type InitialFiles, type MenuEntry, type ShownFile } from './bridge.ts';
import type { GrantedFiles } from './grantedFiles.ts';

/** How often a window's page that died is loaded again with its dumps: one of them may be why it dies. */
const MAX_RESTARTS = 3;

/** What a window has of its engines. */
interface WindowEngines {
  readonly files: GrantedFiles;
  stop(): void;
}

/** A window's page: what it is to open, what it has open, and what becomes of that when it is loaded anew. */
export class DumpWindow<E extends WindowEngines = WindowEngines> {
  /** what the page's own menus have */
  entries: readonly MenuEntry[] = [];
  /** to be opened when the page is there */
  private initial: InitialFile[] = [];
  private isReady = false;
  private shown: readonly ShownFile[] = [];
  private restarts = 0;
  private lost: string[] = [];

  constructor(
    readonly window: BrowserWindow,
    readonly engines: E,
  ) {
    window.webContents.on('render-process-gone', (_, { reason }) => {
      if (reason === 'clean-exit') return;
      process.emitWarning(`the window's page ended (${reason}) and is loaded again`);
      if (this.restarts++ >= MAX_RESTARTS) this.giveUp();
      this.reload();
    });
  }

  /** Opens dumps, now or when the page is there. */
  open(paths: readonly string[]): void {
    for (const path of paths) {
      const file = this.engines.files.grant(path);
      if (this.isReady) this.window.webContents.send(Channel.openDump, file);
      else this.initial.push({ ...file, added: [], isFront: false });
    }
  }

  /** The page has been loaded: what it opens by itself. */
  takeInitial(): InitialFiles {
    this.isReady = true;
    return { dumps: this.initial.splice(0), lost: this.lost.splice(0) };
  }

  /** The page says which dumps it has. Those that are open now and were not before, as paths. */
  show(shown: readonly ShownFile[]): string[] {
    // a dump may be open in two tabs
    const before = this.shown.filter((file) => file.isOpen).map((file) => file.id);
    const opened = shown.filter(({ id, isOpen }) => {
      const at = before.indexOf(id);
      if (isOpen && at >= 0) before.splice(at, 1);
      return isOpen && at < 0;
    });
    this.shown = shown;
    return opened.flatMap(({ id }) => this.engines.files.pathOf(id) ?? []);
  }

  /** Loads the page anew: it asks for the dumps that it had open, and for those that it had not come to. */
  reload(): void {
    const { files } = this.engines;
    this.engines.stop();
    this.isReady = false;
    this.initial.unshift(
      ...this.shown.flatMap(({ id, added, isFront }) => {
        const file = files.find(id);
        if (!file) return [];
        return { ...file, added: added.flatMap((other) => files.find(other) ?? []), isFront };
      }),
    );
    this.shown = [];
    this.entries = [];
    this.window.webContents.reload();
  }

  /** Has the page do an action of its menus. */
  act(id: string): void {
    this.window.webContents.send(Channel.menuAction, id);
  }

  /** Brings it to the person. */
  toFront(): void {
    if (this.window.isMinimized()) this.window.restore();
    this.window.focus();
  }

  /** The person opens its dumps again, or does not. */
  private giveUp(): void {
    this.lost = this.shown.flatMap(({ id }) => this.engines.files.find(id)?.name ?? []);
    this.shown = [];
    this.restarts = 0;
  }
}

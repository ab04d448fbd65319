import type Electron from 'electron';
import type { Page } from 'playwright-core';

/** The desktop program as a test has it: the same over Electron itself and over its driver. */
export interface DesktopApp {
  /** the first window's page, loaded */
  firstWindow(): Promise<Page>;
  windows(): Page[];
  /** Runs a function in main. It goes there as its text: nothing from outside but the argument. */
  evaluate<R, A>(run: (electron: typeof Electron, argument: A) => R | Promise<R>, argument: A): Promise<R>;
  /** Starts the program a second time, as a double click does; resolves when that one has ended by itself. */
  startAgain(args: readonly string[]): Promise<void>;
  /** Drops files of this machine on the page. */
  drop(paths: readonly string[]): Promise<void>;
  /** errors that main did not catch */
  readonly uncaught: readonly string[];
  /** resolves when the program has ended */
  readonly ended: Promise<void>;
  /** Ends it, whatever state it is in. */
  stop(): Promise<void>;
}

export type LaunchDesktop = (args: readonly string[], userData: string) => Promise<DesktopApp>;

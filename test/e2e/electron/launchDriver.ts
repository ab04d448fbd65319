import { basename, resolve } from 'node:path';
import { vi } from 'vitest';
import type { DesktopApp, LaunchDesktop } from './desktopApp.ts';
import { DriverProgram } from './driverProgram.ts';
import { provideElectron, type MainElectron } from './startingElectron.ts';

const MAIN = resolve('dist/electron/main.js');

/** Runs the built main, preload, engine process and page over Chromium, with Electron's interface from the driver. */
export const launchDriver: LaunchDesktop = async (args, userData) => {
  const { program, electron } = await start(args, userData);
  const app: DesktopApp = {
    firstWindow: async () => {
      await vi.waitUntil(() => program.windows[0]?.isShown, { timeout: 20_000 });
      const page = await program.windows[0]?.opened;
      if (!page) throw new Error('the program has no window');
      return page;
    },
    windows: () => program.windows.flatMap((w) => w.webContents.page?.page ?? []),
    // of Electron the function has what main has
    evaluate: async (run, argument) =>
      run(electron as unknown as Parameters<typeof run>[0], structuredClone(argument)),
    startAgain: async (more) => (await start(more, userData)).program.ended,
    drop: async (paths) => {
      const names = Object.fromEntries(paths.map((path) => [basename(path), resolve(path)]));
      await program.windows[0]?.webContents.page?.drop(
        paths.map((path) => resolve(path)),
        names,
      );
    },
    uncaught: program.uncaught,
    ended: program.ended,
    stop: () => {
      program.quit();
      return program.ended;
    },
  };
  return app;
};

/** Main's modules are run anew for each start, with the arguments that it was given. */
async function start(
  args: readonly string[],
  userData: string,
): Promise<{ program: DriverProgram; electron: MainElectron }> {
  const before = process.argv;
  const argv = ['electron', '.', ...args];
  const program = new DriverProgram(argv, userData);
  const electron = program.electron();
  provideElectron(electron);
  try {
    process.argv = argv;
    vi.resetModules();
    await import(/* @vite-ignore */ MAIN);
    program.start();
    // what main does when it is ready reads the arguments
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.argv = before;
  }
  return { program, electron };
}

import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { _electron } from 'playwright-core';
import type { DesktopApp, LaunchDesktop } from './desktopApp.ts';

/** Runs the program in Electron itself. */
export function launchElectron(executablePath: string): LaunchDesktop {
  return async (args, userData) => {
    // a container has no sandbox of its own to give; the page's is what webPreferences ask for
    const fixed = [
      ...(process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--user-data-dir=${userData}`,
    ];
    const electron = await _electron.launch({ executablePath, args: [...fixed, '.', ...args] });
    const uncaught: string[] = [];
    await electron.evaluate(({ app }) => {
      const heard: string[] = [];
      Object.assign(app, { uncaughtInTest: heard });
      process.on('uncaughtException', (e) => heard.push(String(e)));
    });
    const ended = new Promise<void>((done) => electron.on('close', () => done()));
    const app: DesktopApp = {
      firstWindow: () => electron.firstWindow(),
      windows: () => electron.windows(),
      evaluate: async (run, argument) => {
        const result = await electron.evaluate(run as never, argument);
        const heard = await electron.evaluate(
          ({ app: main }) => (main as unknown as { uncaughtInTest: string[] }).uncaughtInTest,
        );
        uncaught.splice(0, uncaught.length, ...heard);
        return result as never;
      },
      startAgain: (more) =>
        new Promise((done) => {
          spawn(executablePath, [...fixed, '.', ...more], { stdio: 'ignore' }).on('close', () => done());
        }),
      drop: async (paths) => {
        const page = await electron.firstWindow();
        const session = await page.context().newCDPSession(page);
        const data = { items: [], files: paths.map((path) => resolve(path)), dragOperationsMask: 1 };
        for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
          await session.send('Input.dispatchDragEvent', { type, x: 700, y: 450, data });
      },
      uncaught,
      ended,
      stop: () => electron.close(),
    };
    return app;
  };
}

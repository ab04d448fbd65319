import { spawn } from 'node:child_process';
import { electronBinary } from './electronBinary.ts';

/** A window that lives shorter, and ends with an error, was none: no display, no sandbox, a library that is missing. */
const AT_ONCE_MS = 5000;

/** How the window ended, or the one line that says why there was none. */
export type WindowEnd = { readonly code: number } | { readonly why: string };

/** Opens the desktop window and waits until it is closed. */
export async function desktopWindow(args: readonly string[]): Promise<WindowEnd> {
  const isHeadless = process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
  if (isHeadless) return { why: 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)' };
  const electron = electronBinary({ download: true });
  if ('why' in electron) return electron;
  // where an editor set it, Electron would be no more than Node
  const env = { ...process.env };
  delete env.ELECTRON_RUN_AS_NODE;
  const begun = Date.now();
  const window = spawn(electron.path, args, { stdio: 'inherit', env });
  return new Promise((ended) => {
    window.on('error', (e) => ended({ why: `Electron's program cannot be run: ${e.message}` }));
    window.on('close', (code, signal) => {
      const isNone = code !== 0 && Date.now() - begun < AT_ONCE_MS;
      ended(isNone ? { why: `Electron ended at once (${code ?? signal ?? ''})` } : { code: code ?? 1 });
    });
  });
}

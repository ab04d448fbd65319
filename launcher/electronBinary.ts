import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A download that takes longer than this has no use: the browser is there at once. */
const DOWNLOAD_MS = 120_000;

/** Where Electron's program is, fetched if need be; or the one line that says why it cannot be had. */
export function electronBinary({
  download,
}: {
  readonly download: boolean;
}): { readonly path: string } | { readonly why: string } {
  let folder: string;
  try {
    folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return { why: "the package 'electron' is not installed" };
  }
  const installed = binaryIn(folder);
  if (installed !== undefined) return { path: installed };
  if (!download) return { why: "Electron's program has not been fetched" };
  const fetched = spawnSync(process.execPath, [join(folder, 'install.js')], {
    encoding: 'utf8',
    timeout: DOWNLOAD_MS,
  });
  const path = binaryIn(folder);
  if (path !== undefined) return { path };
  const reason = fetched.error ? fetched.error.message : firstLine(fetched.stderr);
  return { why: `Electron's program cannot be fetched: ${reason}` };
}

function binaryIn(folder: string): string | undefined {
  const file = join(folder, 'path.txt');
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  // as the package itself looks for it
  const name = existsSync(file) ? readFileSync(file, 'utf8') : override && 'electron';
  if (!name) return undefined;
  const path = join(override ?? join(folder, 'dist'), name);
  return existsSync(path) ? path : undefined;
}

function firstLine(text: string): string {
  const line = text.split('\n').find((l) => l.trim() !== '');
  return line?.trim() ?? 'no reason was given';
}

import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the page and the desktop program are built from. */
const SOURCES = [
  'renderer',
  'core',
  'electron',
  'scripts',
  'dumps',
  'package.json',
  'vite.web.config.ts',
  'vite.electron.config.ts',
  'vite.preload.config.ts',
];

/** Builds page and program where a source is newer than they are. Throws where that fails. */
export function buildWhenNeeded(folder: string): void {
  const built = ['dist/web/index.html', 'dist/electron/main.js'].map((f) => mtime(join(folder, f)));
  const newest = Math.max(...SOURCES.map((s) => newestIn(join(folder, s))));
  if (Math.min(...built) > newest) return;
  process.stderr.write('building …\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status, stderr } = spawnSync(npm, ['run', '--silent', 'build:app'], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`the page cannot be built:\n${stderr}`);
}

function mtime(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function newestIn(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found?.mtimeMs ?? 0;
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return names.reduce((newest, name) => Math.max(newest, mtime(join(path, name))), 0);
}

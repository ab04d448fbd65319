/** `npm start [-- DUMP]`: the desktop window where Electron's program is to be had, else the same page in a browser. */
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { messageOf } from '../core/errors/index.ts';
import { buildWhenNeeded } from './buildWhenNeeded.ts';
import { desktopWindow } from './desktopWindow.ts';
import { startLoopbackServer } from './loopbackServer.ts';

const ROOT = resolve(import.meta.dirname, '..');
/** Files beside a dump that may be its symbols or images, and how many are offered. */
const BESIDE = /\.(?:pdb|sym|exe|dll|ocx|drv)$/i;
const MAX_BESIDE = 10_000;
const OPTIONS = ['--browser', '--no-open'];

async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((a) => a.startsWith('-') && !OPTIONS.includes(a));
  if (unknown !== undefined) return fail(`there is no option ${unknown}: ${OPTIONS.join(' and ')} are there`);
  const [name, more] = args.filter((a) => !a.startsWith('-'));
  if (more !== undefined) return fail(`one dump at a time: ${name ?? ''}, ${more}`);
  const dump = name === undefined ? undefined : resolve(process.env.INIT_CWD ?? process.cwd(), name);
  const found = dump === undefined ? undefined : statSync(dump, { throwIfNoEntry: false });
  if (found?.isDirectory()) return fail(`${dump ?? ''} is a folder, not a dump file`);
  if (dump !== undefined && !found?.isFile()) return fail(`there is no file ${dump}`);
  buildWhenNeeded(ROOT);
  const window = args.includes('--browser')
    ? { why: '--browser was asked for' }
    : await desktopWindow([ROOT, ...(dump === undefined ? [] : [dump])]);
  if ('code' in window) return window.code;
  process.stdout.write(`no desktop window: ${window.why}\n`);
  const files = dump === undefined ? [] : beside(dump);
  const { url } = await startLoopbackServer({ root: join(ROOT, 'dist/web'), dump, files });
  process.stdout.write(`open ${url}\n`);
  if (!args.includes('--no-open')) openBrowser(url);
  return new Promise(() => undefined);
}

/** Files in the dump's folder, and in folders there that are parts of a symbol store: `app.pdb/KEY/app.pdb`. */
function beside(dump: string): string[] {
  const folder = dirname(dump);
  const entries = readdirSync(folder, { withFileTypes: true }).filter((e) => BESIDE.test(e.name));
  const files = entries.flatMap((e) => {
    if (!e.isDirectory()) return [e.name];
    return readdirSync(join(folder, e.name), { recursive: true, encoding: 'utf8' })
      .filter((f) => BESIDE.test(f))
      .map((f) => join(e.name, f));
  });
  return files.slice(0, MAX_BESIDE).map((f) => join(folder, f));
}

/** Opens the person's browser; where there is none, the address was printed. */
function openBrowser(url: string): void {
  const [program = '', ...args] =
    process.platform === 'win32'
      ? ['rundll32', 'url.dll,FileProtocolHandler', url]
      : process.platform === 'darwin'
        ? ['open', url]
        : ['xdg-open', url];
  const none = (): void =>
    void process.stdout.write('no browser could be started: open the address yourself\n');
  spawn(program, args, { stdio: 'ignore', detached: true })
    .on('error', none)
    .on('exit', (code) => code !== 0 && none())
    .unref();
}

function fail(why: string): number {
  process.stderr.write(`stillframe: ${why}\n`);
  return 2;
}

process.exitCode = await main(process.argv.slice(2)).catch((e: unknown) => fail(messageOf(e)));

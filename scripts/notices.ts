import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin, Rolldown } from 'vite';

/** All that the page must say of whose work is in it. */
const NOTICES = 'notices.txt';
const ROOT = join(import.meta.dirname, '..');
/** What no package of a bundle says: our own licence, the tables of error codes. */
const TEXTS = ['LICENSE', 'core/process/errorTexts/NOTICE.txt'];
/** Packages that come without the licence of what is in them. */
const MISSING: Readonly<Record<string, string>> = { 'capstone-wasm': 'scripts/notices/capstone.txt' };
const LICENSE_FILE = /^(?:licen[cs]e|copying|unrarlicense)(?:[-.].*)?$/i;
const LINE = `\n\n${'-'.repeat(78)}\n\n`;
/** A module's package: its folder, and its name. */
const PACKAGE = /^\0?(.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+))[\\/]/;

interface Manifest {
  readonly version?: string;
  readonly license?: string;
}

/**
 * Writes the licences of all packages that are in the page and in its worker, which Vite bundles apart (its own
 * `build.license` knows of the page alone). Fails the build for a package that has none.
 */
export function notices(): { readonly worker: Plugin; readonly page: Plugin } {
  const found = new Map<string, string>();
  const collect = (bundle: Rolldown.OutputBundle): void => {
    for (const file of Object.values(bundle)) {
      if (file.type !== 'chunk') continue;
      for (const id of file.moduleIds) {
        const [, folder, name] = PACKAGE.exec(id) ?? [];
        if (folder !== undefined && name !== undefined && !found.has(name))
          found.set(name, noticeOf(folder, name.replaceAll('\\', '/')));
      }
    }
  };
  return {
    worker: { name: 'notices-of-worker', generateBundle: (_, bundle) => collect(bundle) },
    page: {
      name: 'notices',
      generateBundle(_, bundle) {
        collect(bundle);
        const own = TEXTS.map((file) => readFileSync(join(ROOT, file), 'utf8').trim());
        const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
        this.emitFile({ type: 'asset', fileName: NOTICES, source: `${[...own, ...sorted].join(LINE)}\n` });
      },
    },
  };
}

function noticeOf(folder: string, name: string): string {
  const { version = '', license = '' } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as Manifest;
  const files = readdirSync(folder).filter((file) => LICENSE_FILE.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const missing = MISSING[name];
  if (missing !== undefined) texts.push(readFileSync(join(ROOT, missing), 'utf8').trim());
  if (texts.length === 0 && license === '') throw new Error(`the package ${name} has no licence`);
  return [`${name} ${version} ${license && `(${license})`}`.trim(), ...texts].join('\n\n');
}

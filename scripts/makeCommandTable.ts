import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allCommands } from '../core/engine/index.ts';

/** The table of the README, from the registry: names, what they do, whether --json has data. */
export function commandTable(): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = [...allCommands]
    .sort((a, b) => a.name.localeCompare(b.name, 'en'))
    .map(
      (c) =>
        `| ${[c.name, ...c.aliases].map((n) => `\`${cell(n)}\``).join(' ')} | ${cell(c.summary)} | ${c.hasData ? 'yes' : ''} |`,
    );
  return ['| command | what it does | `--json` |', '|---|---|---|', ...rows].join('\n');
}

const BEGIN = '<!-- commands: made by scripts/makeCommandTable.ts -->';
const END = '<!-- end of commands -->';

/** The README with its table replaced. */
export function withTable(readme: string): string {
  const from = readme.indexOf(BEGIN);
  const to = readme.indexOf(END);
  if (from < 0 || to < from) throw new Error('README.md has lost the marks around its table');
  return `${readme.slice(0, from + BEGIN.length)}\n\n${commandTable()}\n\n${readme.slice(to)}`;
}

if (process.argv[1] === import.meta.filename) {
  const path = join(import.meta.dirname, '..', 'README.md');
  writeFileSync(path, withTable(readFileSync(path, 'utf8')));
}

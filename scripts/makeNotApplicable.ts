import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/*
 * Writes core/commands/notApplicable.generated.ts: the names of the debugger's commands that do not apply to a user
 * dump, by the reason, from the collected index of the debugger's manual (commands.json, windows-driver-docs, CC-BY).
 */
const ROOT = join(import.meta.dirname, '..');
const SOURCE = resolve(ROOT, '../shared/windbg/commands.json');

const index = JSON.parse(readFileSync(SOURCE, 'utf8')) as {
  notApplicable: { name: string; reason: string }[];
};
const REASONS: Readonly<Record<string, string>> = {
  'kernel extension': 'kernel',
  'kernel mode only': 'kernel',
  'kernel, live, obsolete or special-purpose': 'kernel',
  'needs a live target': 'live',
  'needs a TTD trace': 'trace',
  'specialised extension (needs its own captured data or live logging)': 'service',
};

const names: Record<string, Set<string>> = {};
for (const { name, reason } of index.notApplicable) {
  const key = REASONS[reason];
  if (key === undefined) throw new Error(`a reason that is new: ${reason}`);
  for (const one of name.split(/,\s*/)) {
    // the first word is the command; headings of the manual are no names
    const word = /^[!.~]?[\w.]+-?/.exec(one)?.[0];
    if (word && !/^[A-Z]/.test(word)) (names[key] ??= new Set()).add(word);
  }
}
const lines = Object.entries(names).map(([key, set]) => `  ${key}:\n    '${[...set].sort().join(' ')}',`);
writeFileSync(
  join(ROOT, 'core/commands/notApplicable.generated.ts'),
  `// Made by scripts/makeNotApplicable.ts from the index of the debugger's manual (MicrosoftDocs/windows-driver-docs).\nexport const NOT_APPLICABLE = {\n${lines.join('\n')}\n} as const;\n`,
);

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { bannerLines, Engine } from '../../core/engine/index.ts';
import { nodeHost } from '../../core/node/index.ts';
import { plain } from '../../core/output/index.ts';
import { MemoryFiles } from '../commands/files/memoryFiles.ts';
import { corpusFile, hasCorpus, sharedJson } from '../corpus.ts';

const COMMANDS = [
  ...[
    '!peb',
    '!envvar',
    'lm',
    'lmv',
    '!dlls',
    '~*kv',
    '!analyze -v',
    'vertarget',
    '.dumpdebug',
    '!handle 0 f',
  ],
  ...['!teb', 'x *!*name*', '!lmi 0', 'no such command', '!address -summary', '.help !peb', '!imports -?'],
];

/** All that the engine gives: banner, text and data of many commands. */
async function outputOf(file: string, redact: boolean, more: readonly string[] = []): Promise<string> {
  const dump = corpusFile(file);
  const engine = await Engine.open(new BufferSource(readFileSync(dump), dump), nodeHost({ dump, redact }));
  const lines = (await bannerLines(engine)).map((l) => plain(l));
  for (const command of [...COMMANDS, ...more]) {
    const results = await engine.execute(command, { line: (l) => lines.push(plain(l)) });
    lines.push(...results.map((r) => JSON.stringify(r).replaceAll('\\\\', '\\')));
  }
  return lines.join('\n');
}

/** What the processes and the people who wrote the dumps are called, as the strings of the files have it. */
const NAMES = [
  ['public/dumps/llvm_fizzbuzz-wow64-26d926_x64wow64_win7.dmp.gz', 'amccarth'],
  ['public/dumps/getsentry_myproject-05d407_x64_win10.dmp.gz', 'bruno'],
  ['public/dumps/google_notepad-larger-32bit-8e9c2c_x86_win7.dmp.gz', 'manzagop'],
  ['public/dumps/kindtis_cppconsoleapplication-e52a52_x64_win11.dmp.gz', 'tatis'],
  ['public/dumps/google_tiny-exe-fastfail-573d69_x64_win10.dmp.gz', 'ajgo'],
] as const;

describe.skipIf(!hasCorpus)('--redact', () => {
  it.each(NAMES)('%s: shows no name of a person', async (file, name) => {
    const word = new RegExp(`(?<![a-z])${name}(?![a-z])`, 'i');
    expect(await outputOf(file, false)).toMatch(word);
    const shown = await outputOf(file, true);
    expect(shown).not.toMatch(word);
    expect(shown).toMatch(/<user>|<value>/);
  });

  it.each(['x86-static-O0', 'x64-dll-O0'])('%s: shows no value of the environment', async (name) => {
    const { env } = sharedJson<{ env: Record<string, string> }>(`corpus/lab/${name}/truth.json.gz`);
    const values = Object.values(env).filter((value) => value.length > 4);
    const file = `lab/${name}/privrw.dmp.gz`;
    // values shown as values, and as text that lies in memory
    const search = ['.foreach /pS 1 /ps 1 (v { !envvar LAB_VAR_A }) { .echo ${v} }', '!envvar LAB_VAR_A'];
    const open = await outputOf(file, false, search);
    const shown = await outputOf(file, true, search);
    expect(values.length).toBeGreaterThan(0);
    for (const value of values) {
      expect(open).toContain(value);
      expect(shown).not.toContain(value);
    }
    expect(shown).toContain('LAB_VAR_A=<value>');
    // and what is nobody's own stays
    expect(shown).toContain('RuntimeTest');
    expect(shown).toMatch(/C:\\windows\\system32\\ntdll\.dll/i);
  });
});

describe('what is written with --redact', () => {
  it('is text alone: no copy of memory leaves the dump unmasked', async () => {
    const dump = 'dumps/sample.dmp';
    const source = new BufferSource(readFileSync(dump), dump);
    const outputFiles = new MemoryFiles();
    const engine = await Engine.open(source, { redact: true, outputFiles });
    const ran = await engine.execute('.dump /ma a.dmp;.writemem b.bin eip l10;.logopen c.txt;r;.logclose', {
      line: () => undefined,
    });
    expect(ran.map((r) => r.error?.code)).toEqual([
      'not-available',
      'not-available',
      ...Array(3).fill(undefined),
    ]);
    expect([...outputFiles.files.keys()]).toEqual(['c.txt']);
    expect(outputFiles.text('c.txt')).toContain('eip=');
  });
});

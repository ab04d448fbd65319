import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../core/bytes/index.ts';
import { Engine } from '../../core/engine/index.ts';
import { nodeHost } from '../../core/node/index.ts';
import { plain } from '../../core/output/index.ts';
import { everyUse } from '../commands/manual/everyUse.ts';
import { openUseDump } from '../commands/manual/useDumps.ts';
import { corpusFile, hasCorpus, sharedJson } from '../corpus.ts';

/** Text and data of all the lines that the manual's forms are tried with, on one dump. */
async function everything(
  engine: Engine,
  commandLines: readonly string[] = everyUse().map(({ line }) => line),
): Promise<{ command: string; shown: string }[]> {
  const outputs: { command: string; shown: string }[] = [];
  for (const commandLine of commandLines) {
    for (const command of commandLine.split('\n')) {
      const lines: string[] = [];
      const results = await engine.execute(command, { line: (l) => lines.push(plain(l)) });
      const data = results.map((r) => JSON.stringify(r).replaceAll('\\\\', '\\'));
      outputs.push({ command, shown: [...lines, ...data].join('\n') });
    }
  }
  return outputs;
}

/** Commands whose output has one of the texts as a word. */
function leaks(outputs: readonly { command: string; shown: string }[], secrets: readonly string[]): string[] {
  return secrets.flatMap((secret) => {
    const escaped = secret.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    const word = new RegExp(`(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])`, 'iu');
    return outputs.filter(({ shown }) => word.test(shown)).map(({ command }) => `${command} shows ${secret}`);
  });
}

/** Values of variables that name people and machines, as the environment block in the file has them, in UTF-16. */
function namesInFile(bytes: Buffer): string[] {
  const values = new Set<string>();
  for (const start of [0, 1]) {
    const text = bytes.subarray(start).toString('utf16le');
    for (const [, name = ''] of text.matchAll(
      /\0(?:USERNAME|COMPUTERNAME|USERDOMAIN|LOGONSERVER|USERDOMAIN_ROAMINGPROFILE)=\\*([\w-]{3,32})\0/g,
    ))
      values.add(name);
    for (const [, name = ''] of text.matchAll(/\\Users\\([\w.-]{3,32})\\AppData/g)) values.add(name);
  }
  return [...values].filter((name) => !/^(?:WORKGROUP|Public|Default|Administrator|SYSTEM)$/i.test(name));
}

describe.skipIf(!hasCorpus)('--redact, over every form of the manual', () => {
  it('shows no value of the environment', async () => {
    const { env } = sharedJson<{ env: Record<string, string> }>('corpus/lab/x86-static-O0/truth.json.gz');
    const secrets = Object.values(env).filter((value) => value.length > 4);
    expect(secrets.length).toBeGreaterThan(0);
    // without it they are shown: the search finds what is there
    const open = await openUseDump('lab');
    expect(leaks(await everything(open, ['!peb', '!envvar']), secrets)).toHaveLength(2 * secrets.length);
    expect(leaks(await everything(await openUseDump('lab', true)), secrets)).toEqual([]);
  }, 180_000);

  it.each([
    'llvm_fizzbuzz-wow64-26d926_x64wow64_win7',
    'google_notepad-larger-32bit-8e9c2c_x86_win7',
    'kindtis_cppconsoleapplication-e52a52_x64_win11',
  ])(
    '%s: shows no name of a person or a machine',
    async (name) => {
      const file = corpusFile(`public/dumps/${name}.dmp.gz`);
      const bytes = readFileSync(file);
      const secrets = namesInFile(bytes);
      expect(secrets.length).toBeGreaterThan(0);
      const engine = await Engine.open(new BufferSource(bytes, file), nodeHost({ dump: file, redact: true }));
      expect(leaks(await everything(engine), secrets)).toEqual([]);
    },
    180_000,
  );
});

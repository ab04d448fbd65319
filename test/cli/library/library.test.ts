import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type * as Library from '../../../cli/library/stillframe.d.ts';
import { json, PROGRAM, SAMPLE } from '../run.ts';

const BUILT = pathToFileURL(join(dirname(PROGRAM), 'library.js')).href;
const ROOT = resolve(import.meta.dirname, '../../..');

/** The README's examples of the library, as they stand there. */
function examples(): string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  return [...readme.matchAll(/```js\n([\s\S]*?)```/g)]
    .map((m) => m[1] ?? '')
    .filter((c) => c.includes("'stillframe'"));
}

function runModule(code: string): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn('node', ['--input-type=module', '-e', code], { cwd: ROOT });
  let out = '';
  let err = '';
  child.stdout.on('data', (d: Buffer) => (out += d.toString()));
  child.stderr.on('data', (d: Buffer) => (err += d.toString()));
  return new Promise((done) => child.on('close', (status) => done({ code: status, out, err })));
}

describe('the library', () => {
  it("runs the README's examples, and they print what they say", async () => {
    const found = examples();
    expect(found.length).toBeGreaterThan(0);
    for (const example of found) {
      const { code, out, err } = await runModule(example.replaceAll("'stillframe'", JSON.stringify(BUILT)));
      expect(err).toBe('');
      expect(code).toBe(0);
      const promised = [...example.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map((m) => m[1]);
      expect(out.trim().split('\n')).toEqual(promised);
    }
  });

  it('answers as the command line does', async () => {
    const { openDump } = (await import(/* @vite-ignore */ BUILT)) as typeof Library;
    const dump = await openDump(SAMPLE);
    const answers = await Promise.all([dump.run('lm;no such command'), dump.run('k 2')]);
    dump.close();
    const lines = await json(SAMPLE, 'lm;no such command;k 2');
    expect(answers.flat().map(({ command, ok, data }) => ({ command, ok, data }))).toEqual(
      lines.map(({ command, ok, data }) => ({ command, ok, data })),
    );
    expect(answers.flat().map((a) => (a.ok ? a.text : a.error))).toEqual(
      lines.map((l) => (l.ok ? l.text : l.error)),
    );
    await expect(openDump('README.md')).rejects.toMatchObject({ code: 'not-a-dump' });
  });
});

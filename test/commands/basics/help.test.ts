import { describe, expect, it } from 'vitest';
import { HELP_EXAMPLES } from '../../../core/commands/basics/helpExamples.ts';
import { allCommands } from '../../../core/engine/index.ts';
import { Registry } from '../../../core/engine/registry.ts';
import { hasCorpus } from '../../corpus.ts';
import { MemoryFiles } from '../files/memoryFiles.ts';
import { openEngine, runLine } from '../runLine.ts';

describe('the help of a command', () => {
  const registry = new Registry(allCommands);

  it('has a syntax, a sentence, and options that say what they do', () => {
    for (const { name, syntax, summary, options } of allCommands) {
      expect([name, syntax.length]).not.toEqual([name, 0]);
      expect(summary, name).toMatch(/[.…!]$/);
      for (const { flag, meaning } of options ?? []) expect([flag, meaning].every(Boolean), name).toBe(true);
    }
  });

  it('has examples of commands that there are', () => {
    for (const [name, examples] of Object.entries(HELP_EXAMPLES)) {
      expect(registry.get(name)?.name, name).toBe(name);
      for (const example of examples) expect(() => registry.recognise(example), example).not.toThrow();
    }
  });
});

describe.skipIf(!hasCorpus)('.help', () => {
  it('shows syntax, options, other names and examples', async () => {
    const engine = await openEngine('public/dumps/google_null-read-av-crashme-b1d52c_x86_win7.dmp.gz');
    const { lines, data } = await runLine(engine, '.foreach -?');
    expect(lines[0]).toMatch(/^\.foreach \[\/pS First\]/);
    expect(lines).toContainEqual(expect.stringMatching(/^ {4}\/ps Skip +leaves out/));
    expect(lines).toContainEqual('    For example: .foreach (m {lm1m}) { !dh -f ${m} }');
    expect(data).toMatchObject({ commands: [{ name: '.foreach', examples: { length: 3 } }] });
    expect((await runLine(engine, '.help .ecxr')).lines.at(-1)).toBe('    Also: .excr');
    expect((await runLine(engine, '.help')).lines.every((l) => /^\S+ +\S/.test(l))).toBe(true);
  });

  it('has examples that can be typed as they stand', async () => {
    const dump = 'public/dumps/google_null-read-av-crashme-b1d52c_x86_win7.dmp.gz';
    const host = { outputFiles: new MemoryFiles() };
    for (const example of Object.values(HELP_EXAMPLES).flat()) {
      const engine = await openEngine(dump, host);
      const results = await engine.execute(example, { line: () => undefined });
      const codes = results.flatMap((r) => (r.error ? [r.error.code] : []));
      // the dump may lack what is asked for; the example may not be wrong
      const wrong = codes.filter((code) => ['usage', 'syntax', 'unknown-command', 'internal'].includes(code));
      expect([example, wrong]).toEqual([example, []]);
    }
  });
});

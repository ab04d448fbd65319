import { describe, expect, it } from 'vitest';
import { hasCorpus } from '../../corpus.ts';
import { openEngine, runLine } from '../runLine.ts';

// what the files' own README says they are
describe.skipIf(!hasCorpus)('dumps without what Windows writes', () => {
  it.each([
    ['google_5c02f3_linux_linux-stacksmash', 'Linux'],
    ['getsentry_4d5d6f_macos_crash-macos', 'macOS'],
    ['google_ebce58_ios_minidump-crashpad-annotation', 'iOS'],
  ])('%s: the system is named, and not a stream that would help', async (file, system) => {
    const engine = await openEngine(`public/malformed/${file}.dmp.gz`);
    expect((await runLine(engine, '!peb')).errors).toEqual([`This is a process of ${system}: it has no PEB`]);
    const { lines } = await runLine(engine, '!heap');
    expect(lines.join('\n')).toContain(`This is a process of ${system}: it has no heaps of Windows`);
    expect((await runLine(engine, 'vertarget')).lines[0]).toContain(`${system} (not a Windows process)`);
  });

  it('without threads and modules: k, ~ and lm say so', async () => {
    const engine = await openEngine('public/malformed/jloutsch_cf3baf_malformed_invalid-range.dmp.gz');
    for (const line of ['k', '~', '~*k'])
      expect((await runLine(engine, line)).lines.at(-1), line).toBe('The dump has no threads');
    expect((await runLine(engine, 'lm')).lines).toEqual([
      'start    end        module name',
      'The dump has no modules',
    ]);
  });
});

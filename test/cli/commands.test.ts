import { expect, it } from 'vitest';
import { allCommands } from '../../core/engine/index.ts';
import { json, SAMPLE } from './run.ts';

// the bundle leaves commands where they are until they are used (scripts/lazyCommands.ts)
it('the program has the commands that the sources have, and finds the code of each', async () => {
  // these write files where the program runs, or end it
  const not = new Set(['q', '.logopen', '.logappend', '.logfile', '.logclose', '.dump', '.writemem']);
  const names = allCommands.map((c) => c.name).filter((name) => !not.has(name));
  const [help, ...answers] = await json(SAMPLE, ['.help', ...names, 'q'].join('\n'));
  expect(help?.ok).toBe(true);
  for (const { name, summary } of allCommands) {
    expect(help?.text, name).toContain(name);
    expect(help?.text, name).toContain(summary);
  }
  expect(answers.map((a) => a.command)).toEqual([...names, 'q']);
  expect(answers.filter((a) => a.error?.code === 'internal')).toEqual([]);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandResult, Engine } from '../../../core/engine/index.ts';
import { plain } from '../../../core/output/index.ts';
import { hasCorpus } from '../../corpus.ts';
import { checkData } from '../../schemas/checkData.ts';
import { everyUse, keysOf, USES } from './everyUse.ts';
import { manualForms } from './forms.ts';
import type { Use, UseDump } from './use.ts';
import { openUseDump } from './useDumps.ts';

/** What a line printed, and what its commands came to. */
interface Ran {
  readonly text: string;
  readonly results: readonly CommandResult[];
}

async function run(engine: Engine, line: string): Promise<Ran> {
  const lines: string[] = [];
  const results: CommandResult[] = [];
  // as a script is read: an alias is replaced from the next line on
  for (const part of line.split('\n'))
    results.push(...(await engine.execute(part, { line: (l) => lines.push(plain(l)) })));
  return { text: lines.join('\n'), results };
}

/** What is wrong with a use, in one line; undefined where all is as it should be. */
function verdict({ line, prints, refused }: Use, { text, results }: Ran): string | undefined {
  const codes = results.flatMap((r) => (r.error ? [r.error.code] : []));
  const wanted = refused === undefined ? '' : refused;
  if (codes.join() !== wanted) return `${line}: ${codes.join() || 'ok'} ${text.slice(0, 200)}`;
  return prints.test(text) ? undefined : `${line}: prints ${JSON.stringify(text.slice(0, 300))}`;
}

describe.skipIf(!hasCorpus)('the forms of the manual, as they are typed', () => {
  const dumps = new Map<UseDump, Engine>();
  beforeAll(async () => {
    for (const dump of new Set(everyUse().map((u) => u.on))) dumps.set(dump, await openUseDump(dump));
  });
  afterAll(() => dumps.clear());

  it('are all tried, each with all of its options', () => {
    const wanted = manualForms().commands.filter(({ tier }) => tier === 'A' || tier === 'B');
    const keys = new Set(wanted.flatMap(keysOf));
    expect([...keys].filter((key) => USES[key] === undefined)).toEqual([]);
    // and nothing is tried that the manual does not have: a slip in a name would leave its form untried
    expect(Object.keys(USES).filter((key) => !keys.has(key))).toEqual([]);
  });

  it.each(['lab', 'crash', 'windows7', 'wow64'] as const)(
    'print what they should on %s, and their data is as the schemas say',
    async (on) => {
      const engine = dumps.get(on);
      const bad: string[] = [];
      for (const use of everyUse().filter((u) => u.on === on)) {
        const ran = engine && (await run(engine, use.line));
        const problem = ran && verdict(use, ran);
        if (problem !== undefined) bad.push(problem);
        for (const result of ran?.results ?? []) {
          const wrong = engine && checkData(engine, result);
          if (wrong !== undefined) bad.push(wrong);
        }
      }
      expect(bad).toEqual([]);
    },
    120_000,
  );
});

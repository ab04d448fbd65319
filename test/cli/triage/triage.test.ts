import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JsonLine, stillframe } from '../run.ts';

type TriageLine = JsonLine & { readonly dump?: string };

/** The three dumps of the repository, one that is no dump, and one that is not there. */
describe('stillframe triage', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stillframe-triage-'));
    writeFileSync(join(folder, 'broken.dmp'), 'MDMP and nothing more');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('gives a line for each dump and one for all, and goes on behind a broken one', async () => {
    const { out, code } = await stillframe([
      'triage',
      join(folder, '*.dmp'),
      'dumps',
      join(folder, 'absent.dmp'),
      '--json',
      '--workers',
      '2',
    ]);
    expect(code).toBe(1);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TriageLine);
    const summary = lines.at(-1);
    const byName = new Map(lines.slice(0, -1).map((l) => [l.dump?.split(/[\\/]/).at(-1), l]));
    expect([...byName.keys()].toSorted()).toEqual([
      'absent.dmp',
      'broken.dmp',
      'orders.dmp',
      'runtime-test-md.dmp',
      'runtime-test-mt.dmp',
      'sample.dmp',
    ]);
    expect(byName.get('broken.dmp')?.error?.code).toBe('not-a-dump');
    expect(byName.get('absent.dmp')?.error).toMatchObject({ code: 'not-available', message: 'no such file' });
    expect(byName.get('sample.dmp')?.data).toMatchObject({ exception: { code: '0xc0000005' } });
    expect(summary?.data).toMatchObject({ dumps: 6, failed: 2 });
    const groups = summary?.data?.groups as { signature: string; count: number; dumps: string[] }[];
    expect(groups.reduce((sum, g) => sum + g.count, 0)).toBe(4);
    expect(groups.find((g) => g.dumps.some((d) => d.endsWith('sample.dmp')))?.signature).toBe(
      byName.get('sample.dmp')?.data?.signature,
    );
  });

  it('says it in words', async () => {
    const { out, code } = await stillframe(['triage', 'dumps/sample.dmp']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^ {5}1 {2}\S*c0000005\S*cart\.exe\S*\n {8}.*sample\.dmp\n1 dumps in .* 1 signatures, 0 failed\n$/,
    );
  });

  it('refuses what cannot be meant', async () => {
    for (const [args, says] of [
      [['triage'], /which dumps/],
      [['triage', 'x.dmp', '--workers', '0'], /--workers needs a number above 0/],
      [['triage', '--serve'], /--serve needs --redis/],
      [['triage', 'x.dmp', '--odd'], /unknown option --odd/],
    ] as const) {
      const { code, err } = await stillframe(args);
      expect(code).toBe(2);
      expect(err).toMatch(says);
    }
    expect((await stillframe(['triage', join(folder, 'no-such-*.dmp')])).code).toBe(3);
  });
});

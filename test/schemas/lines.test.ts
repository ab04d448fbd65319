import { describe, expect, it } from 'vitest';
import { json, SAMPLE, stillframe } from '../cli/run.ts';
import { commandValidators } from './commandValidators.ts';

/** The built program's own lines, as another program reads them. */
describe('the lines of the JSON output', () => {
  it('are as their schema says: answers, failures, control flow', async () => {
    const { line } = commandValidators();
    const lines = await json(
      SAMPLE,
      'k;no such command;.for (r $t0=0; @$t0<2; r $t0=@$t0+1) { r eip };lm;~*e r',
    );
    expect(lines).toHaveLength(5);
    for (const one of lines) expect(line(one), JSON.stringify(one).slice(0, 200)).toBe(true);
    expect(line({ ...lines[0], schemaVersion: 2 })).toBe(false);
    expect(line({ ...lines[0], data: { stranger: 1 } })).toBe(false);
  });

  it('of triage are as theirs say, for a dump, for a failure and for all', async () => {
    const { triage, triageSummary } = commandValidators();
    const { out } = await stillframe(['triage', SAMPLE, 'package.json', '--json', '--workers', '1']);
    const lines = out
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as unknown);
    expect(lines).toHaveLength(3);
    expect(lines.slice(0, -1).every((one) => triage(one))).toBe(true);
    expect(triageSummary(lines.at(-1))).toBe(true);
    expect(triage(lines.at(-1))).toBe(false);
  });
});

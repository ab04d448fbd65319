import { describe, expect, it } from 'vitest';
import { outcomeFrom } from '../../../cli/triage/outcomeFrom.ts';

const TASK = { id: 3, dump: 'a.dmp' };

describe("another machine's answer", () => {
  it.each([
    { ok: true, data: { signature: 'X' }, seconds: 1.5 },
    { ok: true, data: {}, seconds: 0 },
    { ok: false, error: { code: 'timeout', message: 'not done' }, seconds: 9 },
  ])('is taken as an object or as JSON: %j', (answer) => {
    const wanted = { ...TASK, ...answer };
    expect(outcomeFrom({ id: 7, dump: '/elsewhere', ...answer }, TASK)).toEqual(wanted);
    expect(outcomeFrom(JSON.stringify(answer), TASK)).toEqual(wanted);
  });

  it.each([
    ['no JSON'],
    ['[]'],
    [null],
    [7],
    [{ ok: true }],
    [{ ok: true, seconds: 1, data: 'X' }],
    [{ ok: true, seconds: 1, data: { signature: 5 } }],
    [{ ok: false, seconds: 1 }],
    [{ ok: 'true', seconds: 1, data: {} }],
  ])('is a failure of the dump where it is none: %j', (value) => {
    expect(outcomeFrom(value, TASK)).toMatchObject({ ...TASK, ok: false, error: { code: 'queue' } });
  });
});

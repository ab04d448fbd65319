import { afterEach, describe, expect, it } from 'vitest';
import { OpenDumps } from '../../../cli/mcp/openDumps.ts';

const DUMP = 'dumps/sample.dmp';

describe('the dumps of a server', () => {
  let dumps: OpenDumps;
  afterEach(() => dumps.close());
  const opened = (dump?: string): OpenDumps =>
    (dumps = new OpenDumps({ dump, allowed: ['dumps'], redact: false, seconds: 60, help: false }));

  it('are opened once, by two calls at once too', async () => {
    opened();
    const [a, b] = await Promise.all([dumps.get(DUMP), dumps.get(DUMP)]);
    expect(a).toBe(b);
    expect(await dumps.get()).toBe(a);
  });

  it('are tried again where they could not be opened', async () => {
    opened();
    const [one, other] = await Promise.allSettled([dumps.get('dumps/build'), dumps.get('dumps/build')]);
    expect([one.status, other.status]).toEqual(['rejected', 'rejected']);
    await expect(dumps.get()).rejects.toMatchObject({ code: 'usage' });
    await expect(dumps.get('dumps/build')).rejects.toThrow();
  });
});

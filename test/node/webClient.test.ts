import { describe, expect, it } from 'vitest';
import { WebClient } from '../../core/node/webClient.ts';

describe('a step of a transfer', () => {
  const client = new WebClient({ silenceMs: 20 });
  const forEver = (): Promise<never> => new Promise(() => undefined);

  it('ends when the person stops it, while it waits and between two steps', async () => {
    const stop = new AbortController();
    const waiting = client.withinSilence(stop.signal, forEver);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    let begun = false;
    const next = client.withinSilence(stop.signal, () => Promise.resolve((begun = true)));
    await expect(next).rejects.toMatchObject({ code: 'cancelled' });
    expect(begun).toBe(false);
  });

  it('ends when the server is silent', async () => {
    const waiting = client.withinSilence(new AbortController().signal, forEver);
    await expect(waiting).rejects.toMatchObject({ code: 'not-available' });
  });
});

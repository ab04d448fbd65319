import { describe, expect, it } from 'vitest';
import { Typing } from '../../renderer/client/typing.ts';

describe('what waits for somebody who types', () => {
  it('waits after a key, and never longer than it may', () => {
    const keys = new EventTarget();
    const typing = new Typing(keys);
    expect(typing.rest(performance.now(), 1000)).toBe(0);
    keys.dispatchEvent(new Event('keydown'));
    expect(typing.rest(performance.now(), 1000)).toBeGreaterThan(0);
    expect(typing.rest(performance.now(), 1000)).toBeLessThan(1000);
    expect(typing.rest(performance.now() - 1000, 1000)).toBe(0);
  });
});

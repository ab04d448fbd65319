import { describe, expect, it } from 'vitest';
import { plain, type Line } from '../../core/output/index.ts';
import { LineBatch } from '../../core/server/lineBatch.ts';

const line = (i: number): Line => [{ text: `line ${i}` }];

describe('lines on their way to a page', () => {
  it('come all and in order, never more at once than the page has taken', async () => {
    const heard: string[] = [];
    let onWay = 0;
    let most = 0;
    const batch = new LineBatch((lines) => {
      onWay += lines.length;
      most = Math.max(most, onWay);
      heard.push(...lines.map(plain));
      setTimeout(() => {
        onWay -= lines.length;
        batch.taken(lines.length);
      }, 0);
    }, new AbortController().signal);
    for (let i = 0; i < 10_000; i++) batch.add(line(i));
    expect(batch.room()).toBeDefined();
    await batch.end();
    expect(batch.room()).toBeUndefined();
    expect(heard).toEqual(Array.from({ length: 10_000 }, (_, i) => `line ${i}`));
    expect(most).toBeLessThanOrEqual(2560);
  });

  it('wait for nothing while few are on their way', () => {
    const batch = new LineBatch(() => undefined, new AbortController().signal);
    for (let i = 0; i < 150; i++) batch.add(line(i));
    expect(batch.room()).toBeUndefined();
  });

  it('are dropped when the command is stopped, which is said, and what is printed then comes', async () => {
    const stop = new AbortController();
    const heard: string[] = [];
    const batch = new LineBatch((lines) => void heard.push(...lines.map(plain)), stop.signal);
    for (let i = 0; i < 10_000; i++) batch.add(line(i));
    const before = heard.length;
    const ended = batch.end();
    stop.abort();
    batch.add([{ text: 'the last word' }]);
    batch.taken(before);
    await ended;
    expect(heard.slice(before)).toEqual([
      `stopped: ${10_000 - before} lines more are not shown`,
      'the last word',
    ]);
  });
});

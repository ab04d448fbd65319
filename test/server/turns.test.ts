import { describe, expect, it } from 'vitest';
import { Turns } from '../../core/server/turns.ts';

const never = new AbortController().signal;

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe('turns of commands and models', () => {
  it('go to commands first, one after the other, then to models in their order', async () => {
    const turns = new Turns();
    const order: string[] = [];
    const command = (name: string): Promise<void> =>
      turns.command(async () => {
        order.push(`${name} begins`);
        await sleep(1);
        order.push(`${name} ends`);
      });
    const models = ['a', 'b'].map((name) => turns.quiet(never).then(() => order.push(name)));
    await Promise.all([command('k'), command('lm'), ...models]);
    expect(order).toEqual(['k begins', 'k ends', 'lm begins', 'lm ends', 'a', 'b']);
    expect(turns.commandsBegun).toBe(2);
  });

  it('let a command in between two models that wait', async () => {
    const turns = new Turns();
    const order: string[] = [];
    const first = turns.quiet(never).then(() => {
      order.push('a');
      void turns.command(() => Promise.resolve(order.push('k')));
    });
    await Promise.all([first, turns.quiet(never).then(() => order.push('b'))]);
    expect(order).toEqual(['a', 'k', 'b']);
  });

  it('are given up by who is stopped, and no longer waited for than was said', async () => {
    const turns = new Turns();
    let end = (): void => undefined;
    const running = turns.command(() => new Promise<void>((resolve) => (end = resolve)));
    const stop = new AbortController();
    const stopped = turns.quiet(stop.signal);
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    await turns.quiet(never, 1);
    expect(turns.isQuiet).toBe(false);
    end();
    await running;
    await turns.quiet(never);
    expect(turns.isQuiet).toBe(true);
  });

  it('go on after a command that failed', async () => {
    const turns = new Turns();
    await expect(turns.command(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await turns.quiet(never);
    expect(await turns.command(() => Promise.resolve(1))).toBe(1);
  });
});

import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppPage } from './page.ts';

const KIB = 1024;
/** What a person waits for before anything can be done: the page alone. */
const MAX_START = 450 * KIB;
/** The page, the engine and what it needs to show a dump's first screen, without the disassembler. */
const MAX_FIRST_SCREEN = 1024 * KIB;
const DISASSEMBLER = /^(?:iced|capstone)/;

/** Bytes are no time: what the first screen weighs is the same on every machine. */
describe('what the page loads', () => {
  const sizes = new Map<string, number>();
  const bodies: Promise<void>[] = [];
  let app: AppPage;
  beforeAll(async () => {
    app = await AppPage.start({
      onPage: (page) =>
        page.on('response', (response) => {
          const name = new URL(response.url()).pathname.split('/').at(-1) ?? '';
          if (response.status() !== 200) return;
          bodies.push(response.body().then((body) => void sizes.set(name, gzipSync(body).length)));
        }),
    });
  });
  afterAll(() => app.stop());
  const total = async (counted: (name: string) => boolean): Promise<number> => {
    await Promise.all(bodies);
    return [...sizes].reduce((sum, [name, size]) => sum + (counted(name) ? size : 0), 0);
  };

  it('is the page alone before a dump is opened', async () => {
    expect(await total(() => true)).toBeLessThan(MAX_START);
    expect([...sizes.keys()].filter((name) => /engineWorker|iced|capstone/.test(name))).toEqual([]);
  });

  it('is less than a megabyte for the first screen of a dump, and the disassembler when it is needed', async () => {
    await app.open('dumps/runtime-test-md.dmp');
    await expect.poll(() => app.pane('summary').textContent()).toContain('What');
    await expect.poll(() => app.pane('disassembly').textContent()).toContain('mov');
    expect([...sizes.keys()].some((name) => DISASSEMBLER.test(name))).toBe(true);
    expect(await total((name) => !DISASSEMBLER.test(name))).toBeLessThan(MAX_FIRST_SCREEN);
  });
});

describe('the first screen of a served dump', () => {
  it('takes a command that was typed the moment the dump was there', async () => {
    const app = await AppPage.start({
      dump: 'dumps/runtime-test-md.dmp',
      onPage: (page) =>
        void page.addInitScript(() => {
          const watch = new MutationObserver(() => {
            if (!document.querySelector('[data-testid=title-line]')) return;
            watch.disconnect();
            for (const key of [...'lm m Run', 'Enter', '~'])
              document.body.dispatchEvent(
                new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
              );
          });
          watch.observe(document, { childList: true, subtree: true });
        }),
    });
    try {
      await expect.poll(() => app.output()).toContain('lm m Run');
      expect(await app.page.locator('.command-input:visible').inputValue()).toBe('~');
    } finally {
      await app.stop();
    }
    expect(app.complaints).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppPage } from './page.ts';

/** Where a pane is on the screen. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

describe('the layout', () => {
  let app: AppPage;
  beforeAll(async () => {
    app = await AppPage.start({ dump: 'dumps/runtime-test-md.dmp' });
    await app.page.getByTestId('title-line').waitFor();
  });
  afterAll(() => app.stop());

  const placeOf = (pane: string): Promise<Place> => app.pane(pane).evaluate((e) => e.getBoundingClientRect());
  const shown = (): Promise<string[]> =>
    app.page.locator('[data-pane]:visible').evaluateAll((all) => all.map((e) => String(e.dataset.pane)));
  const reload = async (): Promise<void> => {
    await app.page.reload();
    await app.page.getByTestId('title-line').waitFor();
    await expect.poll(shown).not.toEqual([]);
  };
  const focused = (): Promise<string | undefined> =>
    app.page.evaluate(
      () => document.activeElement?.closest('[data-panel]')?.getAttribute('data-panel') ?? undefined,
    );

  it('has the focus in the pane in front when a dump has been opened', async () => {
    await expect.poll(focused).toBe('summary');
  });

  it('lets keys move, split, float and maximize a pane, and the focus stays in it', async () => {
    const { page } = app;
    await page.keyboard.press('Alt+8');
    await expect.poll(focused).toBe('modules');
    await page.keyboard.press('Control+Alt+Shift+ArrowLeft');
    // into the group of the threads, at the left edge
    await expect.poll(async () => (await placeOf('modules')).x).toBe(0);
    await expect.poll(focused).toBe('modules');
    expect(await shown()).not.toContain('threads');
    await page.keyboard.press('Control+Alt+u');
    await expect.poll(shown).toContain('threads');
    const [modules, threads] = [await placeOf('modules'), await placeOf('threads')];
    expect([modules.x, modules.y > threads.y]).toEqual([0, true]);
    await page.keyboard.press('Alt+Shift+ArrowRight');
    await expect.poll(async () => (await placeOf('modules')).width).toBe(modules.width + 40);
    await page.keyboard.press('Control+Alt+l');
    await expect.poll(async () => (await placeOf('modules')).x).toBeGreaterThan(200);
    await expect.poll(focused).toBe('modules');
    await page.keyboard.press('Control+Alt+l');
    await expect.poll(() => page.locator('.dv-resize-container').count()).toBe(0);
    await page.keyboard.press('Control+Alt+m');
    await expect.poll(async () => (await placeOf('modules')).width).toBeGreaterThan(1400);
    await page.keyboard.press('Control+Alt+m');
    await expect.poll(async () => (await placeOf('modules')).width).toBeLessThan(1400);
    await expect.poll(focused).toBe('modules');
  });

  it('closes panes and opens them again, and keeps all that over a reload', async () => {
    const { page } = app;
    await page.keyboard.press('Alt+6');
    await expect.poll(focused).toBe('stack');
    await page.keyboard.press('Control+Alt+w');
    await expect.poll(shown).not.toContain('stack');
    // whoever has no pointer must not be left nowhere
    await expect.poll(focused).toBeDefined();
    const before = await shown();
    await reload();
    await expect.poll(async () => (await shown()).toSorted()).toEqual(before.toSorted());
    await page.keyboard.press('Alt+6');
    await expect.poll(shown).toContain('stack');
  });

  it('is reset by a key', async () => {
    const { page } = app;
    await page.keyboard.press('Control+Alt+r');
    await expect
      .poll(async () => (await shown()).toSorted())
      .toEqual(['disassembly', 'locals', 'memory', 'stack', 'summary', 'threads']);
    await expect.poll(focused).toBe('summary');
  });

  it.each([
    ['damaged', '{"grid":{'],
    [
      'with a pane that this version has not',
      JSON.stringify({
        grid: {
          root: {
            type: 'branch',
            data: [{ type: 'leaf', data: { views: ['console', 'later'], activeView: 'later', id: '1' } }],
          },
          width: 800,
          height: 600,
          orientation: 'HORIZONTAL',
        },
        panels: {
          console: { id: 'console', contentComponent: 'pane', params: { name: 'console' } },
          later: { id: 'later', contentComponent: 'pane', params: { name: 'later' }, title: 'Later' },
        },
      }),
    ],
  ])('that is %s leaves a window that works', async (_, layout) => {
    const { page } = app;
    // the page itself writes when it goes: what is there afterwards is ours
    await page.waitForTimeout(700);
    await page.evaluate((text) => localStorage.setItem('stillframe.layout.1', text), layout);
    await page.reload();
    await page.getByTestId('title-line').waitFor();
    expect(await app.run('? 2+3')).toContain('= 00000005');
    await expect.poll(() => page.getByRole('tab', { name: 'Later' }).count()).toBe(0);
    expect(app.complaints).toEqual([]);
  });

  it('keeps a second dump apart: its panes, its places', async () => {
    const { page } = app;
    await page.keyboard.press('Control+Alt+r');
    await page.keyboard.press('Control+g');
    await expect.poll(focused).toBe('memory');
    await page.keyboard.type('77190000\n');
    const titles = (): Promise<string[]> => page.locator('.pane-tab:visible').allTextContents();
    await expect.poll(titles).toContain('Memory 0x77190000');
    await app.open('dumps/runtime-test-mt.dmp');
    await expect.poll(() => page.getByTestId('title-line').last().textContent()).toContain('-mt');
    expect((await titles()).filter((t) => t.startsWith('Memory'))).not.toContain('Memory 0x77190000');
    await page.keyboard.press('Alt+9');
    await page.keyboard.press('Control+Alt+w');
    await expect.poll(titles).not.toContain('Threads');
    await page.keyboard.press('Control+F6');
    await expect.poll(titles).toContain('Threads');
    await expect.poll(titles).toContain('Memory 0x77190000');
    await page.keyboard.press('Shift+F5');
    await expect.poll(() => page.locator('.workspace').count()).toBe(1);
    await expect.poll(focused).toBeDefined();
  });

  it.each([
    [1440, 900, 6],
    [1024, 700, 4],
    [800, 600, 2],
    // a page at 200 % on a small screen
    [720, 450, 2],
  ])('fits a window of %i by %i', async (width, height, count) => {
    const { page } = app;
    await page.setViewportSize({ width, height });
    await page.keyboard.press('Control+Alt+r');
    await expect.poll(async () => (await shown()).length).toBe(count);
    await page.keyboard.press('Alt+1');
    const console = await placeOf('console');
    // a line of !heap has about 60 characters of 7.8 pixels
    expect(console.width).toBeGreaterThan(480);
    expect(console.height).toBeGreaterThan(150);
    const page_ = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.scrollHeight,
    ]);
    expect(page_).toEqual([width, height]);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppPage } from './page.ts';

describe('the settings', () => {
  let app: AppPage;
  beforeAll(async () => {
    app = await AppPage.start();
  });
  afterEach(() => expect(app.complaints).toEqual([]));
  afterAll(() => app.stop());

  const rowHeight = (pane: string): Promise<number> =>
    app
      .pane(pane)
      .getByRole('row')
      .nth(1)
      .evaluate((e) => e.getBoundingClientRect().height);
  const token = (name: string): Promise<string> =>
    app.page.evaluate((n) => getComputedStyle(document.documentElement).getPropertyValue(n), name);

  it('are there without a dump, and change the page as they are typed', async () => {
    const { page } = app;
    await page.keyboard.press('Control+,');
    await page.getByLabel('Text size in pixels').fill('16');
    await expect.poll(() => token('--row')).toBe('25px');
    await page.getByLabel(/^Colours of your own/).fill('{ "--ground": "#fdf6e3", "--nothing": "#000000" }');
    await expect.poll(() => token('--ground')).toBe('#fdf6e3');
    await expect.poll(() => page.getByText('There is no colour --nothing.').count()).toBe(1);
    await page.getByLabel(/^Keys of your own/).fill('{ "pane.modules": "Ctrl+M", "run:!teb": "F9" }');
    await page.keyboard.press('Control+,');
    await page.getByRole('button', { name: /Open dump/ }).waitFor();
  });

  it('hold in every pane: rows are higher, the console has fewer of them, keys do what they were given', async () => {
    const { page } = app;
    await app.open('dumps/runtime-test-md.dmp');
    await page.keyboard.press('Control+m');
    await expect.poll(() => rowHeight('modules')).toBe(25);
    await expect.poll(() => rowHeight('memory')).toBe(25);
    await page.keyboard.press('F9');
    await expect.poll(() => app.output()).toContain('ExceptionList');
    const size = await page
      .locator('.xterm-rows')
      .evaluate((e) => Number.parseFloat(getComputedStyle(e).fontSize));
    expect(size).toBe(16);
  });

  it('are kept from one start to the next, and can be forgotten', async () => {
    const { page } = app;
    await page.reload();
    await page.getByRole('button', { name: /Open dump/ }).waitFor();
    expect(await token('--row')).toBe('25px');
    await page.keyboard.press('Control+,');
    await expect.poll(() => page.getByLabel(/^Keys of your own/).inputValue()).toContain('run:!teb');
    await page.getByRole('button', { name: 'Forget all of this' }).click();
    await expect.poll(() => token('--row')).toBe('20px');
    await expect.poll(() => page.getByLabel('Text size in pixels').inputValue()).toBe('13');
  });
});

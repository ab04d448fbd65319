import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppPage } from './page.ts';

/** Lines of one listing: more than the terminal keeps, many times over. */
const COUNT = 20_000;

describe('a console with a long listing', () => {
  let app: AppPage;
  beforeAll(async () => {
    app = await AppPage.start();
    await app.open('dumps/runtime-test-md.dmp');
  });
  afterAll(() => app.stop());

  /** Rows of the terminal as they are drawn. */
  const rows = async (): Promise<string[]> => {
    const all = await app.page.locator('[data-pane=console] .xterm-rows > div').allTextContents();
    return all.map((row) => row.replaceAll('\u00a0', ' ').trimEnd());
  };
  const rowNumbers = async (): Promise<number[]> =>
    (await rows()).flatMap((row) => Number(/^row (\d+) of many$/.exec(row)?.[1] ?? NaN)).filter((n) => n > 0);
  const bar = () => app.page.locator('[data-pane=console] .row-scroll-bar');

  it('shows its end', async () => {
    await app.run(
      `.for (r $t0 = 1; @$t0 <= 0n${COUNT}; r $t0 = @$t0 + 1) { .printf "row %d of many\\n", @$t0 }`,
    );
    await expect.poll(async () => (await rowNumbers()).at(-1)).toBe(COUNT);
    expect(await app.output()).toContain(`row ${COUNT} of many`);
  });

  it('is scrolled back by wheel, keys and bar, with no line missing', async () => {
    await app.page.locator('[data-pane=console] .xterm-screen').hover();
    for (let i = 0; i < 20; i++) {
      await app.page.mouse.wheel(0, -100);
      await app.page.waitForTimeout(20);
    }
    await expect.poll(async () => (await rowNumbers())[0]).toBeLessThan(COUNT - 50);
    // past what the terminal has of them: its window of the log moves
    for (let i = 0; i < 100; i++) await app.page.locator('.command-input:visible').press('PageUp');
    await expect.poll(async () => (await rowNumbers())[0]).toBeLessThan(COUNT - 1500);
    const seen = await rowNumbers();
    expect(seen).toEqual(seen.map((_, i) => (seen[0] ?? 0) + i));
    const box = await bar().boundingBox();
    if (!box) throw new Error('there is no scroll bar');
    await app.page.mouse.click(box.x + 5, box.y + 2);
    await expect.poll(async () => (await rowNumbers()).includes(1)).toBe(true);
    await app.page.mouse.click(box.x + 5, box.y + box.height / 2);
    await expect
      .poll(async () => Math.abs(((await rowNumbers())[0] ?? 0) - COUNT / 2))
      .toBeLessThan(COUNT / 20);
    const middle = await rowNumbers();
    expect(middle).toEqual(middle.map((_, i) => (middle[0] ?? 0) + i));
  });

  it('finds a line that the terminal has not', async () => {
    const { page } = app;
    await page.getByTitle('Find in the output (Ctrl+F)').click();
    const field = page.getByLabel('Find in the output');
    await field.fill('row 777 of');
    await field.press('Enter');
    await expect.poll(rowNumbers).toContain(777);
    await field.fill('ROW 19001 OF');
    await field.press('Enter');
    await expect.poll(rowNumbers).toContain(19_001);
    await field.fill('nowhere to be seen');
    await field.press('Enter');
    await expect.poll(() => page.locator('.find-bar').textContent()).toContain('Not found');
    await field.press('Escape');
  });

  it('goes to its end when a command is given, and its links lead where their line does', async () => {
    await app.run('lm');
    await expect.poll(async () => (await rows()).join('\n')).toContain('RuntimeTest');
    await app.page.getByRole('button', { name: 'Clear', exact: true }).click();
    await expect.poll(async () => (await rows()).join('').trim()).toBe('');
    expect(app.complaints).toEqual([]);
  });
});

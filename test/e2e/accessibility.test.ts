import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppPage } from './page.ts';

/** axe-core's findings of the two upper ranks: what keeps people out. */
async function seriousFindings({ page }: AppPage): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe: checker } = window as unknown as { axe: typeof axe };
    const { violations } = await checker.run(document, { resultTypes: ['violations'] });
    return violations
      .filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .map(
        (v) =>
          `${v.id}: ${v.nodes
            .map((n) => n.target.join(' '))
            .slice(0, 3)
            .join(', ')}`,
      );
  });
  return found;
}

describe('accessibility', () => {
  let app: AppPage;
  beforeAll(async () => {
    app = await AppPage.start();
  });
  afterAll(() => app.stop());

  it('finds nothing serious on the start page', async () => {
    expect(await seriousFindings(app)).toEqual([]);
  });

  it.each(['light', 'dark', 'contrast'])(
    'finds nothing serious in the window of a dump, %s',
    async (theme) => {
      if ((await app.page.getByTestId('title-line').count()) === 0) {
        await app.open('dumps/runtime-test-md.dmp');
        await app.run('k');
      }
      await app.page.getByLabel('Theme').selectOption(theme);
      const found: string[] = [];
      for (const key of [
        'Alt+1',
        'Alt+2',
        'Alt+8',
        'Alt+0',
        'Alt+4',
        'Control+Alt+o',
        'Control+Alt+a',
        'Control+Alt+h',
      ]) {
        await app.page.keyboard.press(key);
        await app.page.waitForTimeout(250);
        found.push(...(await seriousFindings(app)).map((f) => `${key} ${f}`));
      }
      expect([...new Set(found)]).toEqual([]);
    },
  );
});

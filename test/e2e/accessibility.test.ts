import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppPage } from './page.ts';

/** axe-core's findings of the two upper ranks: what keeps people out. In a part of the page. */
async function seriousFindings({ page }: AppPage, within = 'html'): Promise<string[]> {
  return page.evaluate(async (selector) => {
    const { axe: checker } = window as unknown as { axe: typeof axe };
    const { violations } = await checker.run(selector, {
      resultTypes: ['violations'],
    });
    return violations
      .filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .map(
        (v) =>
          `${v.id}: ${v.nodes
            .map((n) => `${n.target.join(' ')} ${n.any[0]?.message ?? ''}`)
            .slice(0, 3)
            .join(', ')}`,
      );
  }, within);
}

/** Panes by their keys, all that there are. */
const PANES: Readonly<Record<string, string>> = {
  console: 'Alt+1',
  summary: 'Alt+2',
  locals: 'Alt+3',
  registers: 'Alt+4',
  memory: 'Alt+5',
  stack: 'Alt+6',
  disassembly: 'Alt+7',
  modules: 'Alt+8',
  threads: 'Alt+9',
  heaps: 'Alt+0',
  types: 'Control+Alt+y',
  heapMap: 'Control+Alt+h',
  ownership: 'Control+Alt+o',
  addressSpace: 'Control+Alt+a',
  settings: 'Control+,',
};

describe('accessibility', () => {
  let app: AppPage;
  beforeAll(async () => {
    app = await AppPage.start();
    await app.page.evaluate(axe.source);
  });
  afterAll(() => app.stop());

  it('finds nothing serious on the start page', async () => {
    expect(await seriousFindings(app)).toEqual([]);
  });

  it('finds nothing serious in any pane, nor in the palette and a menu', async () => {
    await app.page.getByLabel('Theme').selectOption('light');
    await app.open('dumps/runtime-test-md.dmp');
    await app.run('k');
    const found: string[] = await seriousFindings(app);
    for (const [pane, key] of Object.entries(PANES)) {
      await app.page.keyboard.press(key);
      await app.pane(pane).locator('.pane-note[role=status]').waitFor({ state: 'detached' });
      found.push(...(await seriousFindings(app, `[data-pane=${pane}]`)).map((f) => `${pane} ${f}`));
    }
    await app.page.keyboard.press('Control+k');
    await app.page.getByPlaceholder('A command of the app').fill('memory');
    found.push(...(await seriousFindings(app, '[role=dialog]')));
    await app.page.keyboard.press('Escape');
    await app.page.getByRole('menuitem', { name: 'View' }).click();
    found.push(...(await seriousFindings(app, '.menu-bar')));
    await app.page.keyboard.press('Escape');
    expect([...new Set(found)]).toEqual([]);
  });

  it.each(['dark', 'contrast'])('finds nothing serious in any pane of the theme %s', async (theme) => {
    await app.page.locator('.theme-choice select').selectOption(theme);
    const found: string[] = [];
    for (const [pane, key] of Object.entries(PANES)) {
      await app.page.keyboard.press(key);
      const seen = await seriousFindings(app, `[data-pane=${pane}]`);
      found.push(...seen.map((f) => `${pane} ${f}`));
    }
    expect([...new Set(found)]).toEqual([]);
  });
});

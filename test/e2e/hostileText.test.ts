import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeMinidump } from '../../core/minidump/index.ts';
import { HOSTILE_FILE, HOSTILE_NAMES, hostileDump } from './hostileDump.ts';
import { AppPage } from './page.ts';

/** What would act: escape and other control characters, and marks that turn text around. Tab and line end may be. */
const ACTS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
/** Panes and the keys that open them. */
const PANES = [
  ['summary', 'Alt+2'],
  ['threads', 'Alt+9'],
  ['modules', 'Alt+8'],
  ['stack', 'Alt+6'],
  ['heaps', 'Alt+0'],
  ['addressSpace', 'Control+Alt+a'],
  ['ownership', 'Control+Alt+o'],
] as const;

describe('a dump whose names are hostile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-'));
  let app: AppPage;
  beforeAll(async () => {
    const file = join(folder, HOSTILE_FILE);
    writeFileSync(file, writeMinidump(hostileDump()));
    app = await AppPage.start();
    await app.open(file);
  });
  afterAll(async () => {
    await app.stop();
    rmSync(folder, { recursive: true });
  });

  /** All that is on the page: texts, and what hovers and readers are told. */
  const shown = (): Promise<string> =>
    app.page.evaluate(() => {
      const told = [...document.querySelectorAll('*')].flatMap((e) =>
        ['title', 'aria-label', 'alt', 'placeholder', 'value'].map((name) => e.getAttribute(name) ?? ''),
      );
      return [document.title, document.body.textContent, ...told].join('\n');
    });

  it('shows them in the console and interprets nothing', async () => {
    const printed = await app.run('lm');
    expect(printed).not.toMatch(ACTS);
    expect(printed).toContain('\\x1b');
    expect(await app.run('lmv m _gnp')).toContain('\\u202e');
    await app.run('~; !peb; lmv; ~*k; .reload /i');
    expect(await shown()).not.toMatch(ACTS);
  });

  it.each(PANES)('shows them in the pane %s as text', async (name, key) => {
    await app.page.keyboard.press(key);
    await app.pane(name).waitFor();
    await expect.poll(() => app.pane(name).textContent()).not.toMatch(/^(?:|Loading…)$/);
    expect(await shown()).not.toMatch(ACTS);
    if (name === 'modules') {
      const { length } = HOSTILE_NAMES;
      await expect.poll(() => app.pane(name).getByRole('row').count()).toBeGreaterThan(length - 1);
      // a megabyte of one letter is cut, with its length said
      expect((await app.pane(name).textContent())?.length).toBeLessThan(200_000);
    }
  });

  it('names the file in the title and the tabs as text', async () => {
    await expect
      .poll(() => app.page.getByTestId('title-line').textContent())
      .toContain('evil<b>bold\\u202egnp');
    await app.open('dumps/runtime-test-md.dmp');
    await expect.poll(() => app.page.getByRole('tab').filter({ hasText: 'evil<b>' }).count()).toBe(1);
    expect(await shown()).not.toMatch(ACTS);
    await app.page.getByRole('tab').filter({ hasText: 'evil<b>' }).click();
  });

  it('writes them to the saved log as text', async () => {
    await app.page.keyboard.press('Alt+1');
    const download = app.page.waitForEvent('download');
    await app.page.getByRole('button', { name: 'Save log' }).first().click();
    const path = await (await download).path();
    const log = readFileSync(path, 'utf8');
    expect(log).toContain('\\x1b');
    expect(log).not.toMatch(ACTS);
    expect((await download).suggestedFilename()).not.toMatch(ACTS);
  });

  it('says of a hostile command line what it is', async () => {
    await app.run('.echo \u001b]0;owned\u0007 \u202eturned');
    expect(await shown()).not.toMatch(ACTS);
  });

  it('makes no element of theirs and runs nothing of theirs', async () => {
    const found = await app.page.evaluate(() => ({
      images: document.querySelectorAll('img, b, script[src*=evil], a[href]').length,
      ran: 'evil' in window,
    }));
    expect(found).toEqual({ images: 0, ran: false });
    // the system's list of windows shows it: the file's own name, made visible
    expect(await app.page.title()).toMatch(/\\u202e.* – Stillframe$/);
    expect(await app.page.title()).not.toMatch(ACTS);
    expect(app.complaints).toEqual([]);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeMinidump } from '../../core/minidump/index.ts';
import { HOSTILE_FILE, HOSTILE_NAMES, hostileDump } from './hostileDump.ts';
import { AppPage } from './page.ts';

/** What would act: escape and other control characters, and marks that turn text around. Tab and line end may be. */
const ACTS =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;
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
    app = await AppPage.start({ onPage: (page) => void page.addInitScript(keepDrawn) });
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
      return [document.title, document.body.textContent, ...told, ...(window.drawn ?? [])].join('\n');
    });

  /** What lies beyond the window's edges: its page, and what is drawn over it. */
  const beyond = (): Promise<string[]> =>
    app.page.evaluate(() => {
      const over = document.querySelectorAll(
        '[role=tooltip], [role=menu], [role=dialog], [data-pane], footer',
      );
      return [document.documentElement, ...over]
        .filter((e) => {
          const { left, top, right, bottom } = e.getBoundingClientRect();
          const isPage = e === document.documentElement;
          const height = isPage ? e.scrollHeight : bottom;
          const width = isPage ? e.scrollWidth : right;
          return left < 0 || top < 0 || Math.floor(width) > innerWidth || Math.floor(height) > innerHeight;
        })
        .map((e) => `${e.tagName} ${e.className} ${JSON.stringify(e.getBoundingClientRect())}`);
    });

  /** Saves by a button; what the file is called, and its text. */
  async function saved(button: string): Promise<{ readonly name: string; readonly text: string }> {
    const download = app.page.waitForEvent('download');
    await app.page.getByRole('button', { name: button, exact: true }).locator('visible=true').first().click();
    const file = await download;
    return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') };
  }

  it('shows them in the console and interprets nothing', async () => {
    const printed = await app.run('lm');
    expect(printed).not.toMatch(ACTS);
    expect(printed).toContain('\\x1b');
    expect(await app.run('lmv m _gnp')).toContain('\\u202e');
    expect(await app.run('~; lmv; ~*k; .reload /i')).not.toMatch(ACTS);
    expect(await app.run('!peb')).toMatch(/CommandLine:.*<script>.*\\u202egnp.*\\x1b\[2J/);
    expect(await app.run('!handle 0 f; version; |; !analyze -v; .dumpdebug; .lastevent')).not.toMatch(ACTS);
    expect(await shown()).not.toMatch(ACTS);
    expect(await beyond()).toEqual([]);
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
    expect(await beyond()).toEqual([]);
  });

  it('shows them in tips and menus of rows as text', async () => {
    for (const [name, key, text] of [
      ['modules', 'Alt+8', 'AAAAAAAA'],
      ['modules', 'Alt+8', '_gnp'],
      ['threads', 'Alt+9', '<script>'],
      ['stack', 'Alt+6', '_gnp'],
    ] as const) {
      await app.page.keyboard.press(key);
      const cell = app.pane(name).getByRole('gridcell').filter({ hasText: text }).first();
      await cell.hover();
      // which path the module has
      if (name === 'modules')
        await app.page.getByRole('tooltip').filter({ hasText: 'C:\\evil' }).waitFor({ timeout: 5000 });
      expect(await shown()).not.toMatch(ACTS);
      expect(await beyond(), `the tip of ${text}`).toEqual([]);
      const row = app.pane(name).getByRole('row').filter({ hasText: text }).first();
      // addresses have the menus
      await row.locator('.place').first().click({ button: 'right', timeout: 5000 });
      await app.page.getByRole('menu').waitFor();
      expect(await shown()).not.toMatch(ACTS);
      expect(await beyond(), `the menu of ${text}`).toEqual([]);
      await app.page.keyboard.press('Escape');
    }
  });

  it('draws them in pictures as text', async () => {
    const drawn = await app.page.evaluate(() => (window.drawn ?? []).join('\n'));
    // modules as symbols name them, with an underscore for what names cannot have
    expect(drawn).toMatch(/_gnp\n[^]*AAAA…/);
    expect(drawn).not.toMatch(ACTS);
  });

  it('lets none of them be a formula in a table that is saved', async () => {
    await app.page.keyboard.press('Control+Alt+a');
    const { name, text } = await saved('CSV');
    expect(name).toBe('address-space.csv');
    expect(text).toContain('SUM(A1)');
    expect(text.slice(1)).not.toMatch(/(?:^|[,;\n\t])"?\s*[=+@-]/);
    expect(text.replaceAll('\r\n', '').slice(1)).not.toMatch(ACTS);
  });

  it('shows what is typed and pasted into the palette as text', async () => {
    await app.page.keyboard.press('Control+k');
    const typed = app.page.getByRole('dialog').getByRole('combobox');
    await typed.fill(`.echo \u202eturned \u001b]0;x\u0007 <img src=x> ${'P'.repeat(1 << 20)}`);
    await expect.poll(() => app.page.getByRole('option').count()).toBeGreaterThan(0);
    expect((await app.page.getByRole('option').allTextContents()).join('\n')).not.toMatch(ACTS);
    expect(await beyond()).toEqual([]);
    await app.page.keyboard.press('Escape');
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
    const { name, text } = await saved('Save log');
    expect(text).toContain('\\x1b');
    expect(text).not.toMatch(ACTS);
    expect(name).toBe('evil_b_bold_u202egnp._img src=x onerror=window.evil=1_.dmp.log');
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

  it('names what was open before, on a page that was loaded anew, as text', async () => {
    await app.page.reload();
    await app.page.getByText('open here before').waitFor();
    expect(await app.page.locator('.start-lost').textContent()).toContain('evil<b>bold\\u202egnp');
    expect(await shown()).not.toMatch(ACTS);
  });
});

declare global {
  interface Window {
    /** texts that were drawn on canvases */
    drawn?: string[];
  }
}

/** Runs in the page before all else. */
function keepDrawn(): void {
  const drawn: string[] = [];
  window.drawn = drawn;
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function keep(text, ...place) {
    drawn.push(text);
    fillText.call(this, text, ...place);
  };
}

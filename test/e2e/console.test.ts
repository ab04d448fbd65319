import { readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppPage } from './page.ts';

/** A text that the terminal shows, as a person points at it: by its place, for a terminal has no elements to click. */
class Shown {
  constructor(
    private readonly app: AppPage,
    private readonly text: string,
  ) {}

  async hover(): Promise<{ x: number; y: number }> {
    let at: { x: number; y: number } | undefined;
    await expect.poll(async () => (at = await this.place())).toBeDefined();
    const { x, y } = at ?? { x: 0, y: 0 };
    // a terminal looks for links when the pointer comes from another cell
    await this.app.page.mouse.move(x + 40, y + 30);
    await this.app.page.mouse.move(x, y);
    return { x, y };
  }

  async click({
    button = 'left',
    ctrl = false,
  }: { button?: 'left' | 'right'; ctrl?: boolean } = {}): Promise<void> {
    const { page } = this.app;
    const { x, y } = await this.hover();
    if (ctrl) await page.keyboard.down('Control');
    await page.mouse.click(x, y, { button });
    if (ctrl) await page.keyboard.up('Control');
  }

  /** The middle of its last occurrence. */
  private place(): Promise<{ x: number; y: number } | undefined> {
    return this.app.page.locator('.xterm-rows').evaluate((rows, text) => {
      for (const row of [...rows.children].reverse()) {
        const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const start = node.textContent?.lastIndexOf(text) ?? -1;
          if (start < 0) continue;
          const range = document.createRange();
          range.setStart(node, start);
          range.setEnd(node, start + text.length);
          const { left, top, width, height } = range.getBoundingClientRect();
          return { x: left + width / 2, y: top + height / 2 };
        }
      }
      return undefined;
    }, this.text);
  }
}

const link = (app: AppPage, text: string): Shown => new Shown(app, text);

describe('the console', () => {
  let app: AppPage;
  beforeAll(async () => {
    app = await AppPage.start();
    await app.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await app.open('dumps/runtime-test-md.dmp');
  });
  afterEach(() => expect(app.complaints).toEqual([]));
  afterAll(() => app.stop());

  const tip = (): Locator => app.page.locator('.hover-tip');
  const top = (): Promise<string | null> =>
    app.pane('memory').locator('.memory-viewport').getAttribute('data-top');
  const copied = (): Promise<string> => app.page.evaluate(() => navigator.clipboard.readText());

  it('shows memory at an address that is clicked, again after it was scrolled away, and names it on the tab', async () => {
    const { page } = app;
    await app.run('lm m ntdll');
    await link(app, '77190000').click();
    await expect.poll(top).toBe('77190000');
    await expect.poll(() => page.locator('.pane-tab').allTextContents()).toContain('Memory 0x77190000');
    const rows = app.pane('memory').locator('.memory-rows');
    await rows.hover();
    await page.mouse.wheel(0, 400);
    await expect.poll(top).not.toBe('77190000');
    await link(app, '77190000').click();
    await expect.poll(top).toBe('77190000');
  });

  it('opens a second memory pane by Ctrl and a click', async () => {
    const { page } = app;
    await link(app, '77190000').click({ ctrl: true });
    const panes = page.locator('[data-pane=memory]:visible');
    await expect.poll(() => panes.count()).toBe(2);
    await page.keyboard.press('Control+Alt+w');
    await expect.poll(() => panes.count()).toBe(1);
  });

  it('runs the command of a module and of a frame that is clicked', async () => {
    await link(app, 'ntdll').click();
    await expect.poll(() => app.output()).toContain('Image path:');
    await app.run('k');
    await link(app, 'MSVCR90D+0x80206').click();
    await expect.poll(() => app.page.getByTestId('title-line').textContent()).toContain('frame 1');
    await app.run('.frame 0');
  });

  it('shows the code of a symbol that is clicked', async () => {
    await app.run('ln ntdll!RtlFreeHeap');
    await link(app, 'ntdll!RtlFreeHeap').click();
    const code = app.pane('disassembly').getByRole('row', { selected: true });
    await expect.poll(() => code.textContent()).toContain('ntdll!RtlFreeHeap');
  });

  it('says what is known of an address under the pointer, and takes it away', async () => {
    await app.run('k');
    await link(app, '0037f784').hover();
    await expect.poll(() => tip().textContent()).toContain('stack of thread 0');
    await link(app, 'ntdll!RtlAllocateHeap').hover();
    await expect.poll(() => tip().textContent()).toContain('image ntdll');
    await app.page.locator('.command-input:visible').hover();
    await expect.poll(() => tip().count()).toBe(0);
  });

  it('offers what commands do with an address by a right click, and does it', async () => {
    const { page } = app;
    await link(app, '0037f784').click({ button: 'right' });
    const menu = page.getByRole('menu', { name: /Actions for/ });
    const titles = await menu.getByRole('menuitem').allTextContents();
    for (const wanted of [/memory pane/, /Disassemble/, /dt/, /^!heap -x 0x37f784$/, /^Copy 0x37f784$/])
      expect(
        titles.some((t) => wanted.test(t)),
        String(wanted),
      ).toBe(true);
    await menu.getByRole('menuitem', { name: 'Copy' }).click();
    expect(await copied()).toBe('0x37f784');
    await link(app, '0037f784').click({ button: 'right' });
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Escape');
    await expect.poll(() => menu.count()).toBe(0);
    await link(app, '0037f784').click({ button: 'right' });
    await menu.getByRole('menuitem', { name: 'ln 0x37f784' }).click();
    await expect.poll(() => app.output()).toContain('ln 0x37f784');
  });

  it('lists the links of the last output for those who have no pointer', async () => {
    const { page } = app;
    await app.run('lm m ntdll');
    await page.keyboard.press('Control+Alt+j');
    const options = page.getByRole('listbox', { name: 'Links of the last output' }).getByRole('option');
    await expect.poll(() => options.allTextContents()).toContain('ntdll  runs lmvm ntdll');
    await page.keyboard.press('Enter');
    await expect.poll(top).toBe('77190000');
  });

  it('finds text in the output, and says where there is none', async () => {
    const { page } = app;
    await app.run('k');
    await app.run('k');
    await page.keyboard.press('Control+f');
    const find = page.getByLabel('Find in the output');
    await find.fill('RtlAllocateHeap');
    await find.press('Enter');
    const said = (): Promise<string | null> => page.locator('.find-bar [role=status]').textContent();
    await expect.poll(said).toMatch(/^\d of \d lines$/);
    const [at = 0, of = 0] = ((await said()) ?? '').match(/\d/g)?.map(Number) ?? [];
    await page.keyboard.press('F3');
    await expect.poll(said).toBe(`${(at % of) + 1} of ${of} lines`);
    await page.keyboard.press('Shift+F3');
    await expect.poll(said).toBe(`${at} of ${of} lines`);
    await expect.poll(() => page.locator('.xterm-find-result-decoration').count()).toBeGreaterThan(0);
    await find.fill('no such text here');
    await find.press('Enter');
    await expect.poll(said).toBe('Not found');
    await find.press('Escape');
    await expect.poll(() => find.count()).toBe(0);
  });

  it('copies the output without prompts and commands, and saves all of it', async () => {
    const { page } = app;
    await page.keyboard.press('Control+Alt+k');
    await app.run('? 1+1');
    await app.run('? 2+2');
    await page.keyboard.press('Control+Alt+c');
    await expect.poll(() => page.locator('.console-tools [role=status]').textContent()).toContain('2 lines');
    expect(await copied()).toBe('Evaluate expression: 2 = 00000002\nEvaluate expression: 4 = 00000004\n');
    const download = page.waitForEvent('download');
    await page.keyboard.press('Control+Alt+s');
    const log = await download;
    expect(log.suggestedFilename()).toBe('runtime-test-md.dmp.log');
    expect(readFileSync(await log.path(), 'utf8')).toBe(
      '0:000> ? 1+1\nEvaluate expression: 2 = 00000002\n0:000> ? 2+2\nEvaluate expression: 4 = 00000004\n',
    );
  });

  it('runs the lines of a paste one after the other, and leaves the last one to be typed on', async () => {
    const { page } = app;
    await page.keyboard.press('Alt+1');
    await app.run('.cls');
    await expect.poll(() => app.output()).toBe('');
    await page.evaluate(() => navigator.clipboard.writeText('? 1\n.if (1)\n{\n .echo yes\n}\n? 2'));
    await page.keyboard.press('Control+v');
    await expect.poll(() => app.output()).toContain('> .if (1) { .echo yes }\nyes');
    const line = page.locator('.command-input:visible');
    await expect.poll(() => line.inputValue()).toBe('? 2');
    await line.press('Escape');
  });

  it('copies what is selected by Ctrl+C, and stops by the same keys what runs', async () => {
    const { page } = app;
    await app.run('.cls');
    await app.run('.echo selected');
    await page.locator('.xterm-screen').dblclick({ position: { x: 40, y: 30 } });
    await page.keyboard.press('Control+c');
    await expect.poll(copied).toBe('selected');
    await page.keyboard.press('Alt+1');
    await page.keyboard.type('.for (r $t0=0; @$t0<7fffffff; r $t0=@$t0+1) { }\n');
    const busy = page.getByRole('progressbar');
    // a number for whatever takes longer than a blink
    await expect.poll(() => busy.textContent()).toMatch(/\d\.\d s$/);
    await page.keyboard.press('Control+c');
    await expect.poll(() => busy.count()).toBe(0);
    expect(await copied()).toBe('selected');
  });

  it('follows links over wide and combined characters', async () => {
    await app.run(
      '.printf /D "\u{65e5}\u{672c}\u{8a9e} \u{1f600} e\u{301} <link cmd=\\"? 6*7\\">here</link>\\n"',
    );
    await link(app, 'here').click();
    await expect.poll(() => app.output()).toContain('> ? 6*7\nEvaluate expression: 42 = 0000002a');
  });

  it.each([
    ['!hea', '!heap'],
    ['u ntdll!RtlFreeHe', 'u ntdll!RtlFreeHeap'],
    ['lmvm MSVCR', 'lmvm MSVCR90D'],
    ['dt _PEB_LDR', 'dt _PEB_LDR_DATA'],
    ['? poi(ntdll!RtlFreeHe', '? poi(ntdll!RtlFreeHeap'],
  ])('completes %s by Tab', async (typed, whole) => {
    const { page } = app;
    await page.keyboard.press('Alt+1');
    const line = page.locator('.command-input:visible');
    await line.fill(typed);
    await line.press('Tab');
    await expect.poll(() => line.inputValue()).toBe(whole);
    await line.press('Escape');
    await line.fill('');
  });

  it('finds commands of an earlier start by Ctrl+R, and repeats none of them by Enter alone', async () => {
    const { page } = app;
    await app.run('? 7*7');
    await page.reload();
    await page.getByRole('button', { name: /Open dump/ }).waitFor();
    await app.open('dumps/runtime-test-md.dmp');
    await page.keyboard.press('Alt+1');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+r');
    await page.keyboard.type('7*');
    const found = page.getByRole('listbox', { name: 'Earlier commands' }).getByRole('option');
    await expect.poll(() => found.first().textContent()).toBe('? 7*7');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await expect.poll(() => app.output()).toContain('> ? 7*7\nEvaluate expression: 49 = 00000031');
    expect((await app.output()).split('? 7*7')).toHaveLength(2);
  });

  it('takes letters that are typed elsewhere as the beginning of a command', async () => {
    const { page } = app;
    await page.keyboard.press('Alt+2');
    await app.pane('summary').getByRole('region').focus();
    // as fast as a person types
    await page.keyboard.type('? 3*3', { delay: 60 });
    await page.keyboard.press('Enter');
    await expect.poll(() => app.output()).toContain('Evaluate expression: 9 = 00000009');
  });
});

describe('the palette', () => {
  let app: AppPage;
  beforeAll(async () => {
    app = await AppPage.start();
    await app.open('dumps/runtime-test-md.dmp');
  });
  afterAll(() => app.stop());

  it('opens another memory pane for "new memory", however fast Enter follows', async () => {
    const { page } = app;
    const panes = page.locator('[data-pane=memory]:visible');
    for (const [i, delay] of [0, 5, 300].entries()) {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('new memory', { delay });
      await page.keyboard.press('Enter');
      await expect.poll(() => panes.count()).toBe(i + 2);
    }
    expect(await app.output()).not.toContain('new memory');
  });

  it('runs what is a command as it was typed', async () => {
    const { page } = app;
    await page.keyboard.press('Control+k');
    await page.keyboard.type('!teb');
    await page.keyboard.press('Enter');
    await expect.poll(() => app.output()).toContain('ExceptionList');
  });
});

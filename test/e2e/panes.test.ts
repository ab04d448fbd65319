import { readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { corpusFile, hasCorpus } from '../corpus.ts';
import { AppPage } from './page.ts';

const SYMBOLS = readdirSync('dumps', { recursive: true, encoding: 'utf8' })
  .filter((f) => f.endsWith('.sym') && !f.startsWith('tutorial'))
  .map((f) => `dumps/${f}`);

/** One page for the cases of a group; what it complains of fails the case. */
function page(dump: string | (() => string)): () => AppPage {
  let started: AppPage | undefined;
  beforeAll(async () => {
    started = await AppPage.start();
    await started.open(typeof dump === 'string' ? dump : dump());
  });
  afterEach(() => expect(started?.complaints).toEqual([]));
  afterAll(() => started?.stop());
  return () => {
    if (!started) throw new Error('not started');
    return started;
  };
}

describe('panes of the sample', () => {
  const app = page('dumps/runtime-test-md.dmp');

  it('have the names of symbols that are added', async () => {
    await app().drop(SYMBOLS);
    await expect.poll(() => app().pane('stack').textContent()).toContain('RuntimeTest!wmain');
  });

  it('show the instruction of the frame that is chosen, with its symbol and line above it', async () => {
    const a = app();
    const current = a.pane('disassembly').locator('[aria-current=true]');
    await expect.poll(() => current.textContent()).toContain('771be046');
    await a.pane('stack').getByRole('row').filter({ hasText: 'RuntimeTest!wmain+' }).first().click();
    // the return address of that frame, as the stack pane has it
    const row = a.pane('stack').getByRole('row').filter({ hasText: 'RuntimeTest!wmain+' }).first();
    const address = await row.locator('.place').last().textContent();
    await expect.poll(() => current.textContent()).toContain(address);
    const shown = await a.pane('disassembly').textContent();
    expect(shown).toContain('RuntimeTest!wmain');
    expect(shown).toMatch(/\.cpp @ \d+/);
  });

  it('go to where a call goes, and back, by clicks and by keys', async () => {
    const a = app();
    const { page: p } = a;
    const code = a.pane('disassembly');
    const call = code
      .getByRole('row')
      .filter({ hasText: 'call' })
      .filter({ has: p.locator('.code-target .link') });
    const target = call.first().locator('.code-target .link');
    const name = /^([^ ]+)/.exec((await target.textContent()) ?? '')?.[1] ?? '';
    await target.click();
    const chosen = code.getByRole('row', { selected: true });
    await expect.poll(() => chosen.textContent()).toContain(name);
    await p.keyboard.press('Alt+ArrowLeft');
    await expect.poll(() => code.locator('[aria-current=true]').count()).toBe(1);
    // the same by the arrow keys and Enter
    const grid = code.getByRole('grid');
    await grid.focus();
    for (let i = 0; i < 60 && !/call.*!/.test((await chosen.textContent()) ?? ''); i++)
      await p.keyboard.press('ArrowUp');
    const by = /call([A-Za-z]\w*![^ (]+)/.exec((await chosen.textContent()) ?? '')?.[1] ?? '?';
    await p.keyboard.press('Enter');
    // the call names its target too: the place that was gone to does not call
    await expect.poll(() => chosen.textContent()).not.toContain('call');
    expect(await chosen.textContent()).toContain(by);
  });

  it('keep the rows where they are when scrolling reads on', async () => {
    const a = app();
    const grid = a.pane('disassembly').getByRole('grid');
    const first = (): Promise<string | null> => grid.getByRole('row').first().getAttribute('data-code');
    const before = await first();
    await grid.evaluate((e) => {
      e.scrollTop = 0;
    });
    await expect.poll(first).not.toBe(before);
    // what stood at the top still does
    const top = await grid.evaluate((e, code) => {
      const row = e.querySelector(`[data-code="${code}"]`)?.getBoundingClientRect();
      return row && row.top - e.getBoundingClientRect().top;
    }, before);
    expect(Math.abs(top ?? 1000)).toBeLessThan(60);
  });

  it('open a pointer of a structure in place', async () => {
    const a = app();
    await a.page.keyboard.press('Control+Alt+y');
    const tree = a.pane('types').getByRole('treegrid');
    const field = tree.getByRole('row').filter({ hasText: 'ProcessParameters' });
    await field.click();
    const image = tree.getByRole('row').filter({ hasText: 'ImagePathName' });
    await image.click();
    await expect.poll(() => tree.textContent()).toContain('RuntimeTest.exe');
    // and by keys: what is open closes, what is closed leads to what it is in
    for (let i = 0; i < 3; i++) await a.page.keyboard.press('ArrowLeft');
    await expect.poll(() => image.count()).toBe(0);
    await a.page.keyboard.press('ArrowRight');
    await expect.poll(() => image.count()).toBe(1);
  });

  it('list the heaps with what they hold, and open the map of the one that is chosen', async () => {
    const a = app();
    await a.page.keyboard.press('Alt+0');
    const rows = a.pane('heaps').getByRole('row');
    await expect.poll(() => rows.nth(2).textContent()).toContain('00340000');
    expect(
      await a.pane('heaps').getByRole('columnheader', { name: 'Busy', exact: true }).getAttribute('title'),
    ).toBe('Blocks that the program holds');
    await a.pane('heaps').getByRole('grid').press('ArrowDown');
    await a.page.keyboard.press('ArrowDown');
    await a.page.keyboard.press('Enter');
    await expect.poll(() => a.page.locator('.pane-tab').allTextContents()).toContain('Heap map 0x340000');
    await a.pane('heapMap').getByRole('tab', { name: 'Sizes' }).click();
    await expect.poll(() => a.pane('heapMap').locator('.heap-histogram').count()).toBe(1);
    await a
      .pane('heapMap')
      .getByRole('tab', { name: /Damage/ })
      .click();
    await expect.poll(() => a.pane('heapMap').textContent()).toContain('No damage');
  });
});

describe.skipIf(!hasCorpus)('panes of a process with many threads', () => {
  const folder = 'lab/x86-dll-O0';
  const app = page(() => corpusFile(`${folder}/privrw.dmp.gz`));

  it('follow the thread and the frame that are chosen: stack, registers, locals, title', async () => {
    const a = app();
    await a.drop(['RuntimeDll.pdb', 'RuntimeTest.pdb'].map((f) => corpusFile(`${folder}/${f}`)));
    await a.pane('threads').getByRole('row').filter({ hasText: 'recurser' }).click();
    await expect.poll(() => a.page.getByTestId('title-line').textContent()).toContain('(recurser)');
    const frame = a.pane('stack').getByRole('row').filter({ hasText: 'RuntimeTest!' }).first();
    // a row is wider than its pane: its middle lies under another one
    await frame.getByRole('gridcell').first().click();
    await a.page.keyboard.press('Alt+3');
    await expect.poll(() => a.pane('locals').getByRole('row').count()).toBeGreaterThan(1);
    const ebp = await frame.getByRole('gridcell').nth(3).textContent();
    await a.page.keyboard.press('Alt+4');
    await expect.poll(() => a.pane('registers').textContent()).toContain(`ebp${ebp ?? '?'}`);
  });

  it('say what threads wait for, and sort by it with the keyboard alone', async () => {
    const a = app();
    const grid = a.pane('threads').getByRole('grid');
    const row = grid.getByRole('row');
    await expect.poll(() => grid.textContent()).toContain('waits for g_cs, owned by 3 (lockholder)');
    await grid.focus();
    for (const key of ['Home', 'ArrowUp', 'ArrowRight', 'ArrowRight', 'Enter'])
      await a.page.keyboard.press(key);
    await expect
      .poll(() => grid.getByRole('columnheader', { name: 'State' }).getAttribute('aria-sort'))
      .toBe('ascending');
    await expect.poll(() => row.nth(1).textContent()).toContain('BigFrame');
    // wider by keys, and as wide as its text again by a double click on its edge
    const width = async (): Promise<number> =>
      (await grid.getByRole('columnheader', { name: 'State' }).boundingBox())?.width ?? 0;
    const before = await width();
    await a.page.keyboard.press('Shift+ArrowRight');
    await expect.poll(width).toBeGreaterThan(before);
    await grid.getByRole('columnheader', { name: 'State' }).locator('.data-edge').dblclick();
    await expect.poll(width).toBe(before);
  });

  it('go to the frame that has locals, and open what they point to', async () => {
    const a = app();
    await a.pane('threads').getByRole('row').filter({ hasText: 'main-thread' }).click();
    await a.page.keyboard.press('Alt+3');
    await a.pane('locals').getByRole('button', { name: 'Go to frame 3' }).click();
    await a.pane('stack').getByRole('row').filter({ hasText: 'RuntimeTest!wmain+' }).click();
    const tree = a.pane('locals').getByRole('treegrid');
    const local = tree.getByRole('row').filter({ hasText: 'argv' });
    await local.click();
    await expect.poll(() => tree.locator('[aria-level="2"]').count()).toBeGreaterThan(0);
  });

  it('tell on hover the whole of what is cut', async () => {
    const a = app();
    const cell = a.pane('stack').getByRole('gridcell').filter({ hasText: 'RuntimeTest.c:' }).first();
    await cell.hover();
    await expect.poll(() => a.page.getByRole('tooltip').textContent()).toContain('/RuntimeTest.c @ ');
    await a.page.mouse.move(700, 300);
  });
});

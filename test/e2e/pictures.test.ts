import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Locator } from 'playwright-core';
import { corpusFile, hasCorpus, sharedJson } from '../corpus.ts';
import { AppPage } from './page.ts';

const MD = 'dumps/runtime-test-md.dmp';
const MT = 'dumps/runtime-test-mt.dmp';

/** A page on a busy machine takes longer than a poll's own second. */
const soon = <T>(read: () => T) => expect.poll(read, { timeout: 10_000 });

/** One page for the cases of a group; what it complains of fails the case. */
function page(dump: () => string): () => AppPage {
  let started: AppPage | undefined;
  beforeAll(async () => {
    started = await AppPage.start();
    await started.open(dump());
  });
  afterEach(() => expect(started?.complaints).toEqual([]));
  afterAll(() => started?.stop());
  return () => {
    if (!started) throw new Error('not started');
    return started;
  };
}

/** Goes to an expression in a memory pane, and waits until the row of that address is at its top. */
async function goTo(pane: Locator, expression: string, row: string): Promise<void> {
  const box = pane.getByLabel('Address', { exact: true });
  await box.fill(expression);
  await box.press('Enter');
  await soon(() => pane.locator('.memory-viewport').getAttribute('data-top')).toBe(row);
}

describe('memory panes', () => {
  const app = page(() => MD);

  it('show two expressions side by side, each as it is asked for', async () => {
    const { page: p } = app();
    await p.keyboard.press('Alt+5');
    const panes = p.locator('[data-pane=memory]:visible');
    await goTo(panes.first(), '3486e8', '003486e8');
    // Ctrl and a click on a byte follow the pointer there in a pane of its own
    await goTo(panes.first(), '@$peb+18', '7ffd4018');
    const heap = panes.first().locator('.memory-row').first();
    await soon(() => heap.textContent()).toContain('00 00 24 00');
    await heap.locator('.memory-data').click({ modifiers: ['Control'], position: { x: 8, y: 8 } });
    await soon(() => panes.count()).toBe(2);
    await soon(() => panes.last().locator('.memory-viewport').getAttribute('data-top')).toBe('00240000');
    await goTo(panes.first(), '3486e8', '003486e8');
    await goTo(panes.last(), '@esp', '0037f764');
    await panes.last().getByLabel('As', { exact: true }).selectOption('pointers');
    // the buffer of 100 bytes that operator new has just filled, and the frame that asked for it
    const first = panes.first().locator('.memory-row').first();
    await soon(() => first.textContent()).toContain('cd cd cd cd cd cd cd cd');
    await soon(() => panes.last().locator('.memory-note').first().textContent()).toContain('MSVCR90D');
    await soon(() => panes.last().textContent()).toContain('heap 00340000: internal block');
    expect(await first.textContent()).not.toContain('?');
  });

  it('scroll across a hole: question marks at both edges, the hole as one row, then the bytes behind it', async () => {
    const { page: p } = app();
    const pane = p.locator('[data-pane=memory]:visible').first();
    await goTo(pane, '349fe0', '00349fe0');
    const row = (address: string): Locator => pane.locator(`.memory-row[data-address="${address}"]`);
    // committed up to 34a000; what is behind is not in the dump, and not zero
    await soon(() => row('349ff8').textContent()).toMatch(/^00349ff8(?!.*\?)/);
    await soon(() => row('34a000').textContent()).toMatch(/^0034a000.*\?\? \?\?/);
    expect(await row('34a000').locator('.hatched').count()).toBeGreaterThan(0);
    expect(await row('34a000').textContent()).not.toContain('00 00');
    const gap = pane.locator('.memory-gap').first();
    await soon(() => gap.textContent()).toContain('not in the dump');
    const end = /– ([0-9a-f]{8})/.exec((await gap.textContent()) ?? '')?.[1] ?? '';
    await gap.hover();
    for (let i = 0; i < 2; i++) await p.mouse.wheel(0, 40);
    const behind = (BigInt(`0x${end}`) + 1n).toString(16).padStart(8, '0');
    await soon(() => pane.locator(`[data-address="${behind.replace(/^0+/, '')}"]`).count()).toBe(1);
    // the memory behind the hole is the stack
    const text = await pane.locator('.memory-rows').textContent();
    expect(text).toMatch(/\?\? \?\?/);
    await soon(() => pane.locator('.memory-row:not(:has(.hatched))').count()).toBeGreaterThan(1);
  });

  it('open a hole at the address that is asked for, and reach both ends of the space by keys', async () => {
    const { page: p } = app();
    const pane = p.locator('[data-pane=memory]:visible').first();
    await goTo(pane, '66660000', '66660000');
    await soon(() => pane.locator('.memory-row').first().textContent()).toMatch(/^66660000.*\?\?/);
    await pane.getByRole('grid').press('Control+End');
    await soon(() => pane.locator('.memory-gap').last().textContent()).toContain('– ffffffff');
    await pane.getByRole('grid').press('Control+Home');
    await soon(() => pane.locator('.memory-gap').first().textContent()).toContain('00000000 –');
  });

  it('follow a pointer by Enter, and go back and forward by Alt and the arrows', async () => {
    const { page: p } = app();
    const pane = p.locator('[data-pane=memory]:visible').first();
    // ProcessHeap of the PEB
    await goTo(pane, '@$peb+18', '7ffd4018');
    const grid = pane.getByRole('grid');
    const top = (): Promise<string | null> => pane.locator('.memory-viewport').getAttribute('data-top');
    await soon(() => pane.locator('.memory-row').first().textContent()).toContain('00 00 24 00');
    await grid.press('Enter');
    await soon(top).toBe('00240000');
    await grid.press('Alt+ArrowLeft');
    await soon(top).toBe('7ffd4018');
    await grid.press('Alt+ArrowRight');
    await soon(top).toBe('00240000');
  });

  it('find bytes, and mark the fields of a structure', async () => {
    const { page: p } = app();
    const pane = p.locator('[data-pane=memory]:visible').first();
    await goTo(pane, '3486e8', '003486e8');
    await pane.getByRole('grid').press('Control+f');
    const find = pane.getByRole('search').getByRole('textbox');
    await find.fill('cd cd cd cd fd fd fd fd');
    await find.press('Enter');
    await soon(() => pane.getByRole('search').textContent()).toContain('Found at 0x348748');
    await find.press('Escape');
    await goTo(pane, '@$peb', '7ffd4000');
    await pane.getByRole('button', { name: 'Fields', exact: true }).click();
    await pane.getByLabel('Fields of').fill('_PEB');
    await pane.getByLabel('Fields of').press('Enter');
    await soon(() => pane.locator('[title^="+0x18 ProcessHeap"]').count()).toBe(1);
    await soon(() => pane.locator('.memory-status').textContent()).toContain('InheritedAddressSpace');
  });

  it('say what lies under the pointer after a moment: its block, and where its pointer leads', async () => {
    const { page: p } = app();
    const pane = p.locator('[data-pane=memory]:visible').first();
    await goTo(pane, '3486e8', '003486e8');
    const first = pane.locator('.memory-row').first().locator('.memory-data');
    await first.hover({ position: { x: 6, y: 8 } });
    const tip = p.locator('.hover-tip');
    await soon(() => tip.textContent()).toContain('heap 0x340000');
    // ProcessHeap of the PEB points to the first heap
    await goTo(pane, '@$peb+18', '7ffd4018');
    await first.hover({ position: { x: 30, y: 8 } });
    await first.hover({ position: { x: 6, y: 8 } });
    await soon(() => tip.textContent()).toMatch(/→ 00240000 .*heap 0x240000/);
    await p.keyboard.press('Alt+1');
    await p.locator('.command-input:visible').hover();
    await soon(() => tip.count()).toBe(0);
  });

  it('offer what commands do with the bytes by a right click and by the menu key', async () => {
    const { page: p } = app();
    const pane = p.locator('[data-pane=memory]:visible').first();
    await goTo(pane, '@$peb+18', '7ffd4018');
    const first = pane.locator('.memory-row').first().locator('.memory-data');
    await first.click({ button: 'right', position: { x: 6, y: 8 } });
    const menu = p.getByRole('menu', { name: 'Actions for 0x7ffd4018' });
    await menu.getByRole('menuitem', { name: 'Follow the pointer to 0x240000' }).click();
    const top = (): Promise<string | null> => pane.locator('.memory-viewport').getAttribute('data-top');
    await soon(top).toBe('00240000');
    await pane.getByRole('grid').press('ContextMenu');
    await p.getByRole('menu', { name: 'Actions for 0x240000' }).waitFor();
    await p.keyboard.press('Escape');
    await soon(() => p.getByRole('menu').count()).toBe(0);
  });

  it('select bytes by keys and by the pointer, say which, and copy them', async () => {
    const { page: p } = app();
    await p.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const copied = (): Promise<string> => p.evaluate(() => navigator.clipboard.readText());
    const pane = p.locator('[data-pane=memory]:visible').first();
    const status = pane.locator('.memory-status');
    await pane.getByLabel('As', { exact: true }).selectOption('bytes');
    // the end of what operator new filled, and the guard behind it
    await goTo(pane, '348748', '00348748');
    const grid = pane.getByRole('grid');
    for (let i = 0; i < 7; i++) await grid.press('Shift+ArrowRight');
    await soon(() => status.textContent()).toBe('0x348748 to 0x34874f, 8 bytes');
    await grid.press('Control+c');
    await soon(() => status.textContent()).toContain('8 bytes copied');
    expect(await copied()).toBe('cd cd cd cd fd fd fd fd');
    await grid.press('Escape');
    await soon(() => pane.locator('.memory-selected').count()).toBe(0);
    // from the second byte to the third by a drag, to the fourth by Shift and a click
    const data = pane.locator('.memory-row').first().locator('.memory-data');
    const box = await data.boundingBox();
    if (!box) throw new Error('no row');
    const byte = box.width / 8;
    expect(await data.textContent()).toHaveLength(23);
    const y = box.y + box.height / 2;
    await p.mouse.move(box.x + 1.4 * byte, y);
    await p.mouse.down();
    await p.mouse.move(box.x + 2.4 * byte, y, { steps: 2 });
    await p.mouse.up();
    await soon(() => status.textContent()).toBe('0x348749 to 0x34874a, 2 bytes');
    await data.click({ modifiers: ['Shift'], position: { x: 4.4 * byte, y: 8 } });
    await soon(() => status.textContent()).toBe('0x348749 to 0x34874c, 4 bytes');
    await data.click({ button: 'right', position: { x: 2.4 * byte, y: 8 } });
    await p.getByRole('menuitem', { name: 'Copy as text' }).click();
    await soon(copied).toBe('ÍÍÍý');
    await grid.press('ArrowLeft');
    await soon(() => pane.locator('.memory-selected').count()).toBe(0);
  });

  it('show the same bytes as text, numbers and floats', async () => {
    const { page: p } = app();
    const pane = p.locator('[data-pane=memory]:visible').first();
    // ImageBaseAddress and Ldr of the PEB, as dt prints them
    await goTo(pane, '@$peb+8', '7ffd4008');
    const row = pane.locator('.memory-row').first();
    const as = async (format: string): Promise<void> => {
      await pane.getByLabel('As', { exact: true }).selectOption(format);
    };
    for (const [format, text] of [
      ['bytes', '00 00 07 01 60 46 29 77'],
      ['words', '0000 0107 4660 7729'],
      ['dwords', '01070000 77294660'],
      ['qwords', '77294660`01070000'],
      // 0x01070000 as a binary32, by Python's struct
      ['floats', '2.479'],
      ['ascii', '....`F)w'],
    ] as const) {
      await as(format);
      await soon(() => row.textContent()).toContain(text);
    }
    await as('bytes');
  });

  it('are where they were after a reload, each in its dump', async () => {
    const { page: p } = app();
    await goTo(p.locator('[data-pane=memory]:visible').first(), '3486e8', '003486e8');
    await p.reload();
    await p.getByRole('button', { name: /Open dump/ }).waitFor();
    await app().open(MD);
    const pane = p.locator('[data-pane=memory]:visible').first();
    await soon(() => pane.locator('.memory-viewport').getAttribute('data-top')).toBe('003486e8');
    await soon(() => p.locator('.pane-tab').allTextContents()).toContain('Memory 0x3486e8');
    await p.reload();
    await p.getByRole('button', { name: /Open dump/ }).waitFor();
    await app().open(MT);
    const other = p.locator('[data-pane=memory]:visible').first().getByLabel('Address', { exact: true });
    await soon(() => other.inputValue()).toBe('@$csp');
  });
});

/** Points over a canvas, away from its edges. */
function points(width: number, height: number): { x: number; y: number }[] {
  const found: { x: number; y: number }[] = [];
  for (let i = 1; i < 8; i++)
    for (let k = 1; k < 4; k++) found.push({ x: (width * i) / 8, y: (height * k) / 4 });
  return found;
}

describe.skipIf(!hasCorpus)('the heap map', () => {
  const app = page(() => corpusFile('nt-heap/19041-x64/mixed.dmp.gz'));

  it('has under the pointer the block that the table says, and that !heap -x finds at the address', async () => {
    const { page: p } = app();
    await p.keyboard.press('Control+Alt+h');
    const pane = p.locator('[data-pane=heapMap]:visible');
    const canvas = pane.locator('canvas.heap-map-canvas');
    await canvas.waitFor();
    await soon(() => canvas.getAttribute('data-zoom')).not.toBeNull();
    const box = await canvas.boundingBox();
    expect(box).not.toBeNull();
    const { width = 0, height = 0 } = box ?? {};
    const seen: string[] = [];
    for (const position of points(width, height)) {
      await canvas.hover({ position });
      const tip = pane.getByRole('tooltip');
      if ((await tip.count()) === 0) continue;
      const told = (await tip.textContent()) ?? '';
      // Ctrl: the memory opens in a pane of its own, and the map stays in front
      await canvas.focus();
      await p.mouse.down();
      await p.mouse.up();
      await p.keyboard.press('Control+Alt+h');
      const row = pane.getByRole('row', { selected: true });
      const [address = '', entry = '', state = ''] = await row.getByRole('gridcell').allTextContents();
      expect(told.startsWith(address), `${told} | ${address}`).toBe(true);
      expect(told).toContain(state.split(',')[0]);
      if (state === 'busy') seen.push(`${address} ${entry}`);
      if (seen.length >= 4) break;
    }
    expect(seen.length).toBeGreaterThanOrEqual(3);
    for (const block of seen) {
      const [address = '', entry = ''] = block.split(' ');
      const found = await app().run(`!heap -x ${address}`);
      expect(found.replaceAll('`', '').toLowerCase()).toContain(entry.replaceAll('`', ''));
    }
  });

  it('filters the table by a brushed range, and takes the filter away by Esc', async () => {
    const { page: p } = app();
    await p.keyboard.press('Control+Alt+h');
    const pane = p.locator('[data-pane=heapMap]:visible');
    const canvas = pane.locator('canvas.heap-map-canvas');
    const status = (): Promise<string> => pane.getByText(/ blocks · .* busy/).innerText();
    const all = await status();
    const box = await canvas.boundingBox();
    const { x = 0, y = 0, width = 0, height = 0 } = box ?? {};
    await p.mouse.move(x + width * 0.3, y + height * 0.4);
    await p.mouse.down();
    await p.mouse.move(x + width * 0.8, y + height * 0.4, { steps: 5 });
    await p.mouse.up();
    await soon(status).not.toBe(all);
    await canvas.press('Escape');
    await soon(status).toBe(all);
    // the same by keys: from the first block over the next two
    await canvas.press('Home');
    await canvas.press('Shift+ArrowRight');
    await canvas.press('Shift+ArrowRight');
    await soon(status).toMatch(/^3 of /);
    await canvas.press('Escape');
    await soon(status).toBe(all);
  });

  it('lights the blocks of the rows that Shift selects, and says how much they are', async () => {
    const { page: p } = app();
    const pane = p.locator('[data-pane=heapMap]:visible');
    await pane.getByRole('columnheader', { name: 'Size', exact: true }).getByRole('button').click();
    const rows = pane.locator('.virtual-row');
    await rows.nth(0).click({ position: { x: 300, y: 8 } });
    const grid = pane.getByRole('grid', { name: 'Blocks of the heap' });
    for (let i = 0; i < 3; i++) await grid.press('Shift+ArrowDown');
    await soon(() => pane.getByRole('row', { selected: true }).count()).toBe(4);
    const sizes = await pane
      .getByRole('row', { selected: true })
      .evaluateAll((found) =>
        found.map((row) =>
          Number(row.querySelectorAll('[role=gridcell]')[3]?.textContent.replaceAll(',', '')),
        ),
      );
    // the largest first: one of more than 64 KB is among them
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(sizes[0]).toBeGreaterThan(0x10000);
    const kilobytes = sizes.reduce((a, b) => a + b, 0) / 1024;
    const told = await pane.getByText(/ selected, /).innerText();
    expect(told.startsWith('4 selected, ')).toBe(true);
    const [, amount = '', unit = ''] = /selected, ([\d.,]+) (\w+)/.exec(told) ?? [];
    const scale = { bytes: 1 / 1024, KB: 1, MB: 1024 }[unit] ?? NaN;
    expect(Number(amount.replaceAll(',', '')) * scale).toBeCloseTo(kilobytes, -1);
  });

  it('opens on the damaged heap, and leads from the damage to the block and its memory', async () => {
    const { page: p } = app();
    const dump = 'nt-heap/19041-x64/failure-overrun';
    const { failure } = sharedJson<{ failure: { address: number; heap: number } }>(
      `corpus/${dump}.truth.json.gz`,
    );
    await app().open(corpusFile(`${dump}.dmp.gz`));
    await soon(() => p.getByTestId('title-line').last().textContent()).toContain('failure-overrun');
    await p.keyboard.press('Control+Alt+h');
    const pane = p.locator('[data-pane=heapMap]:visible');
    await soon(() => pane.getByRole('region').first().getAttribute('aria-label')).toContain(
      failure.heap.toString(16).slice(-8),
    );
    expect(await pane.getByRole('tab', { name: /Damage/ }).textContent()).toBe('Damage (1)');
    const row = pane.getByRole('grid', { name: 'Damage' }).locator('.virtual-row');
    await row.click({ position: { x: 300, y: 8 } });
    await soon(() => pane.locator('.picture-canvas [role=status]').textContent()).toContain('damaged');
    const memory = p.locator('[data-pane=memory]:visible').first().locator('.memory-viewport');
    await row.locator('.link').click();
    await soon(() => memory.getAttribute('data-top')).toBe('00000244`92d84770');
    expect(failure.address).toBe(0x24492d84770);
  });
});

describe('the address space', () => {
  const app = page(() => MD);

  it('goes to an address, finds regions by name, and opens their memory from the picture by Enter', async () => {
    const { page: p } = app();
    const told = await app().run('!address @esp');
    const base = /Base Address:\s+([0-9a-f]+)/.exec(told)?.[1] ?? 'none';
    await p.keyboard.press('Control+Alt+a');
    const pane = p.locator('[data-pane=addressSpace]:visible');
    const canvas = pane.locator('canvas');
    await soon(() => canvas.getAttribute('data-zoom')).not.toBeNull();
    await canvas.press('Control+g');
    await pane.getByLabel('Go to').fill('@esp');
    await pane.getByLabel('Go to').press('Enter');
    await soon(() => pane.locator('.picture-status').textContent()).toMatch(new RegExp(`^${base} .*Stack`));
    await canvas.press('Enter');
    const memory = p.locator('[data-pane=memory]:visible').first().locator('.memory-viewport');
    await soon(() => memory.getAttribute('data-top')).toBe(base);
    await p.keyboard.press('Control+Alt+a');
    await canvas.press('Control+f');
    await p.keyboard.type('msvcr90d');
    const rows = pane.locator('.virtual-row');
    await soon(() => rows.first().textContent()).toMatch(/Image.*MSVCR90D/);
    const all = await rows.allTextContents();
    expect(all.every((row) => row.includes('MSVCR90D'))).toBe(true);
    const start = /^[0-9a-f]{8}/.exec(all[0] ?? '')?.[0] ?? 'none';
    const lm = await app().run('lm m msvcr90d');
    expect(lm).toContain(start);
  });
});

describe('ownership', () => {
  async function ask(app: AppPage, pointer: string): Promise<string> {
    await app.page.keyboard.press('Control+Alt+o');
    const pane = app.page.locator('[data-pane=ownership]:visible');
    await pane.getByLabel('Whose is the pointer').fill(pointer);
    await pane.getByRole('button', { name: 'Ask' }).click();
    const sentence = pane.locator('.pointer-sentence');
    await soon(() => sentence.textContent().catch(() => '')).toContain(pointer);
    return (await sentence.textContent()) ?? '';
  }

  describe('of the sample that shares a runtime', () => {
    const app = page(() => MD);

    it('lets both modules free what one has allocated', async () => {
      const sentence = await ask(app(), '003486e8');
      expect(sentence).toMatch(/may be freed.*RuntimeTest, RuntimeDll may free it\.$/);
      const pane = app().page.locator('[data-pane=ownership]:visible');
      expect(await pane.locator('.free-matrix .free-no').count()).toBe(0);
    });
  });

  describe('of the sample with a runtime each', () => {
    const app = page(() => MT);

    it('lets each module free its own memory, and says why not the other', async () => {
      expect(await ask(app(), '003486e8')).toMatch(/RuntimeTest may free it, RuntimeDll must not\.$/);
      expect(await ask(app(), '00448648')).toMatch(/RuntimeDll may free it, RuntimeTest must not\.$/);
      const pane = app().page.locator('[data-pane=ownership]:visible');
      expect(await pane.locator('.pointer-answer').textContent()).toContain('different heaps');
      expect(await pane.locator('.free-matrix .free-no').count()).toBe(2);
      await pane.locator('.free-matrix .free-no').first().hover();
      await soon(() => pane.locator('.free-reason').textContent()).toContain('C0000374');
      // and by keys: from the first cell, its own, to the next
      await app().page.mouse.move(0, 0);
      const matrix = pane.getByRole('grid');
      await matrix.press('Control+Home');
      await soon(() => pane.locator('.free-reason').textContent()).toContain(': yes. ');
      await matrix.press('ArrowRight');
      await soon(() => pane.locator('.free-reason').textContent()).toMatch(/: no\. .*C0000374/);
    });

    it('leads from a module along its ribbons to the map of its heap', async () => {
      const { page: p } = app();
      await p.keyboard.press('Control+Alt+o');
      const pane = p.locator('[data-pane=ownership]:visible');
      const canvas = pane.locator('canvas');
      const line = pane.locator('.ownership-line [role=status]');
      await canvas.press('Home');
      await soon(() => line.textContent()).toMatch(/^RuntimeTest .*static/);
      await canvas.press('ArrowRight');
      await canvas.press('ArrowRight');
      await soon(() => line.textContent()).toMatch(/^00340000 /);
      await canvas.press('Enter');
      await soon(() => p.locator('.pane-tab').allTextContents()).toContain('Heap map 0x340000');
    });
  });
});

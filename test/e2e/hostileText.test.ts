import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeMinidump } from '../../core/minidump/index.ts';
import { hostileDump, HOSTILE_NAMES } from './hostileDump.ts';
import { AppPage } from './page.ts';

describe('a dump whose names are hostile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-'));
  let app: AppPage;
  beforeAll(async () => {
    const file = join(folder, 'hostile.dmp');
    writeFileSync(file, writeMinidump(hostileDump()));
    app = await AppPage.start();
    await app.open(file);
  });
  afterAll(async () => {
    await app.stop();
    rmSync(folder, { recursive: true });
  });

  it('shows them in the console and interprets nothing', async () => {
    const printed = await app.run('lm');
    expect(printed).not.toMatch(/[\u001b\u009b\u202e]/);
    expect(printed).toContain('\\x1b');
    await app.page.keyboard.press('Alt+8');
    await expect
      .poll(() => app.pane('modules').getByRole('row').count())
      .toBeGreaterThan(HOSTILE_NAMES.length - 1);
    expect(await app.pane('modules').textContent()).not.toMatch(/[\u001b\u202e]/);
  });

  it('makes no element of theirs and runs nothing of theirs', async () => {
    const found = await app.page.evaluate(() => ({
      images: document.querySelectorAll('img, script[src*=evil], a[href]').length,
      ran: 'evil' in window,
      title: document.title,
    }));
    expect(found).toEqual({ images: 0, ran: false, title: 'Stillframe' });
    expect(app.complaints).toEqual([]);
  });
});

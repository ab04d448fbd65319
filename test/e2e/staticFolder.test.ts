import { readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './launchChromium.ts';
import { AppPage } from './page.ts';

/** Where the folder is put: any server may have it below a path of its own. */
const BELOW = '/tools/still%20frame/';
/** What plain servers of files know. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

describe('the built folder on a plain server, below a path', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  let app: AppPage;
  const missed: string[] = [];
  const asked: string[] = [];

  beforeAll(async () => {
    server = createServer(({ url = '' }, response) => {
      const path = url.split('?')[0] ?? '';
      asked.push(path);
      const file = join('dist/web', path.slice(BELOW.length) || 'index.html');
      if (!path.startsWith(BELOW) || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
        missed.push(path);
        response.writeHead(404).end();
      } else
        response
          .writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' })
          .end(readFileSync(file));
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    browser = await launchChromium();
    page = await browser.newPage();
    app = AppPage.of(page, () => browser.close());
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${BELOW}`);
  });
  afterAll(async () => {
    await browser.close();
    server.close();
  });

  it('opens the sample with its symbols, in a worker, and disassembles', async () => {
    await page.getByRole('button', { name: 'Open the sample' }).click();
    await page.getByTestId('title-line').waitFor();
    expect(await app.run('k')).toContain('RuntimeTest!wmain');
    expect(await app.run('u @$ip L2')).toMatch(/mov +edi,edi/);
    expect(await page.evaluate(() => document.fonts.check('13px "JetBrains Mono"'))).toBe(true);
  });

  it('says which version it is and whose work is in it', async () => {
    await page.keyboard.press('Control+F1');
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    await expect.poll(() => app.pane('about').textContent()).toContain(`Stillframe ${version}`);
    await expect.poll(() => app.pane('about').textContent()).toContain('SIL OPEN FONT LICENSE');
  });

  it('asks for nothing outside of its folder, and for nothing that is not there', () => {
    expect(asked.length).toBeGreaterThan(10);
    expect(missed).toEqual([]);
    expect(app.complaints).toEqual([]);
  });
});

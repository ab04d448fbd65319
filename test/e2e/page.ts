/** The built page in Chromium, as a person has it: opened dumps, typed commands, panes by their keys. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { startLoopbackServer } from '../../launcher/loopbackServer.ts';
import { launchChromium } from './launchChromium.ts';

const ROOT = 'dist/web';

interface StartOptions {
  readonly dump?: string;
  readonly files?: string[];
  /** what listens before the page is loaded */
  onPage?(page: Page): void;
}

export class AppPage {
  private constructor(
    readonly page: Page,
    /** Ends what the page is in. */
    readonly stop: () => Promise<void>,
    /** what the page complained of: a test that ends with some fails */
    readonly complaints: string[] = [],
  ) {
    page.on('pageerror', (e) => complaints.push(e.message));
    page.on('console', (m) => {
      if (m.type() === 'error') complaints.push(m.text());
    });
  }

  /** The page of a program that is running. */
  static of(page: Page, stop: () => Promise<void>): AppPage {
    return new AppPage(page, stop);
  }

  /** Starts server and browser; `dump` is served beside the page, as npm start does. */
  static async start({ onPage, ...served }: StartOptions = {}): Promise<AppPage> {
    const server = await startLoopbackServer({ root: ROOT, ...served });
    const browser = await launchChromium();
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      colorScheme: 'light',
    });
    const page = await context.newPage();
    onPage?.(page);
    // file dialogs are caught while somebody listens: always, else one that opens at once is lost
    page.on('filechooser', () => undefined);
    const app = new AppPage(page, async () => {
      await browser.close();
      server.close();
    });
    await page.goto(server.url);
    // the window hears keys when it has been drawn
    if (!served.dump) await page.getByRole('button', { name: /Open dump/ }).waitFor();
    await page.evaluate(() => new Promise((drawn) => requestIdleCallback(drawn)));
    return app;
  }

  /** Opens a dump by the file dialog and waits until its first facts are there. */
  async open(path: string): Promise<void> {
    const before = await this.page.getByTestId('title-line').count();
    const chooser = this.page.waitForEvent('filechooser');
    await this.page.keyboard.press('Control+d');
    await (await chooser).setFiles(path);
    if (before === 0) await this.page.getByTestId('title-line').waitFor();
  }

  /** Gives the page files as a drop does: symbols, images. */
  async drop(paths: readonly string[]): Promise<void> {
    const before = await this.said('lines');
    const chooser = this.page.waitForEvent('filechooser');
    await this.page.keyboard.press('Control+Shift+S');
    await (await chooser).setFiles([...paths]);
    await this.page.keyboard.press('Alt+1');
    await expect.poll(() => this.said('lines')).toBeGreaterThan(before);
    await expect.poll(() => this.output()).toContain('added');
  }

  /** Types a command and waits until it has ended; the text that it printed. */
  async run(command: string): Promise<string> {
    await this.page.keyboard.press('Alt+1');
    const line = this.page.locator('.command-input:visible');
    const before = await this.said('ran');
    await line.fill(command);
    await line.press('Enter');
    // others may run too: those that a click began before
    const isOver = async (): Promise<boolean> =>
      (await this.console.getAttribute('data-current')) === 'true' && (await this.said('ran')) > before;
    await expect.poll(isOver, { timeout: 40_000 }).toBe(true);
    const text = `${await this.output()}\n`;
    const typed = `> ${command}\n`;
    // of a long answer the log has the end alone
    const at = text.lastIndexOf(typed);
    return at < 0 ? text : text.slice(at + typed.length);
  }

  /** How many lines, or ended commands, the console's text is of. */
  private async said(what: 'lines' | 'ran'): Promise<number> {
    return Number(await this.console.getAttribute(`data-${what}`));
  }

  /** The console's text of the dump in front. */
  private get console(): Locator {
    return this.page.locator('[data-front=true] [data-testid=console-text]').last();
  }

  /** The last lines of the console of the dump in front, as a screen reader has them. */
  output(): Promise<string> {
    return this.console.evaluate((e) => e.textContent);
  }

  pane(name: string): Locator {
    return this.page.locator(`[data-pane=${name}]:visible`).last();
  }
}

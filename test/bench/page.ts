/**
 * The page in a real browser, by the figures that people feel: first paint, what the first screen weighs, key to echo
 * while a command streams, frames while memory scrolls. Built first by `npm run bench:page`; nothing here is a test.
 */
import { gzipSync } from 'node:zlib';
import { chromium, type Page } from 'playwright-core';
import { startLoopbackServer } from '../../launcher/loopbackServer.ts';

const DUMP = process.argv[2] ?? 'dumps/runtime-test-md.dmp';
const KEYS = 200;
const WHEELS = 120;

const server = await startLoopbackServer({ root: 'dist/web', dump: DUMP });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  let bytes = 0;
  const bodies: Promise<void>[] = [];
  page.on('response', (answer) => {
    if (/\/dump$/.test(answer.url()) || answer.status() !== 200) return;
    bodies.push(
      answer.body().then(
        (body) => void (bytes += gzipSync(body).length),
        () => undefined,
      ),
    );
  });
  // what tsx puts around named functions is not there in the page
  await page.addInitScript('globalThis.__name = (f) => f');
  await page.goto(server.url);
  await page.getByTestId('title-line').waitFor();
  await Promise.all(bodies);
  const paint = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
  );
  print('first contentful paint', `${paint.toFixed(0)} ms`, 'under 1000 ms');
  print(
    'page with an open dump, gzip',
    `${(bytes / 1024).toFixed(0)} KB`,
    'under 1024 KB without the disassembler',
  );
  print(
    'key to echo while streaming, 95th percentile',
    `${(await keyToEcho(page)).toFixed(1)} ms`,
    'under 16 ms',
  );
  print(
    'frame while memory scrolls, 95th percentile',
    `${(await scrollFrames(page)).toFixed(1)} ms`,
    'under 20 ms',
  );
} finally {
  await browser.close();
  server.close();
}

/** From the key's event to its letter in the command line's field, while all stacks are printed over and over. */
async function keyToEcho(page: Page): Promise<number> {
  await page.keyboard.press('Alt+1');
  const line = page.locator('.command-input:visible');
  await line.fill('lm v; dt _PEB; !heap -a; '.repeat(400));
  await line.press('Enter');
  await page.waitForTimeout(500);
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { echoTimes: times });
    document.addEventListener('keydown', (down) => {
      const field = down.target as HTMLInputElement;
      const before = field.value;
      const look = (): void => {
        if (field.value === before) setTimeout(look, 0);
        else times.push(performance.now() - down.timeStamp);
      };
      setTimeout(look, 0);
    });
  });
  for (let i = 0; i < KEYS; i++) {
    await page.keyboard.press('x');
    await page.waitForTimeout(15);
  }
  const times = await page.evaluate(() => (window as unknown as { echoTimes: number[] }).echoTimes);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Escape');
  return percentile(times, 0.95);
}

async function scrollFrames(page: Page): Promise<number> {
  const grid = page.locator('[data-pane=memory]:visible .memory-viewport').last();
  await grid.hover();
  await page.evaluate(() => {
    const frames: number[] = [];
    Object.assign(window, { frames });
    let last = performance.now();
    const tick = (now: number): void => {
      frames.push(now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  for (let i = 0; i < WHEELS; i++) {
    await page.mouse.wheel(0, 200);
    await page.waitForTimeout(10);
  }
  return percentile(await page.evaluate(() => (window as unknown as { frames: number[] }).frames), 0.95);
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

function print(what: string, figure: string, wanted: string): void {
  process.stdout.write(`${what.padEnd(48)} ${figure.padStart(10)}   (${wanted})\n`);
}

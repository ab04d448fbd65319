import type { Locator, Page } from 'playwright-core';
import { preview } from 'vite';
import { launchChromium } from '../../e2e/launchChromium.ts';
import { makeHeapDump } from '../heapMake.ts';
import { median, report } from '../measure.ts';
import { makeRegionDump } from '../regionMake.ts';
import { percentile } from './mainThread.ts';

const MILLION = 1_000_000;
const SMALL = 60;
const MANY_REGIONS = 100_000;
/** Frames of one measurement: some seconds. */
const FRAMES = 180;

/** What the page notes of itself: when a model arrives, and when the first picture of it is drawn. */
function watch(): void {
  const seen: { arrived?: number; drawn?: number; regions?: number } = {};
  Object.assign(window, { seen });
  const Native = window.Worker;
  window.Worker = class extends Native {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener(
        'message',
        ({ data }: MessageEvent<{ result?: { entry?: unknown; regions?: unknown } }>) => {
          if (data.result?.entry instanceof Float64Array) seen.arrived ??= performance.now();
          if (Array.isArray(data.result?.regions)) seen.regions ??= performance.now();
        },
      );
    }
  };
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (
    this: CanvasRenderingContext2D,
    ...args: unknown[]
  ) {
    put.apply(this, args as Parameters<typeof put>);
    // a legend's tile is drawn the same way, and is small
    if (seen.arrived !== undefined && (args[0] as ImageData).width > 100) seen.drawn ??= performance.now();
  };
}

/** Milliseconds from frame to frame while each frame brings a turn of the wheel. */
function frames(
  target: Locator,
  event: { readonly deltaY: number; readonly shiftKey: boolean; readonly turn: number },
): Promise<number[]> {
  return target.evaluate(
    (element, { deltaY, shiftKey, turn, count }) =>
      new Promise<number[]>((resolve) => {
        const times: number[] = [];
        const box = element.getBoundingClientRect();
        const step = (now: number): void => {
          times.push(now);
          if (times.length > count) {
            resolve(times.slice(1).map((t, i) => t - (times[i] ?? t)));
            return;
          }
          if (deltaY === 0) {
            requestAnimationFrame(step);
            return;
          }
          const sign = Math.floor(times.length / turn) % 2 === 0 ? 1 : -1;
          const at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 };
          element.dispatchEvent(
            new WheelEvent('wheel', {
              deltaY: deltaY * sign,
              shiftKey,
              bubbles: true,
              cancelable: true,
              ...at,
            }),
          );
          requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
      }),
    { ...event, count: FRAMES },
  );
}

async function open(page: Page, dump: string): Promise<void> {
  await page.getByRole('button', { name: /Open dump/ }).waitFor();
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Control+d');
  await (await chooser).setFiles(dump);
  await page.getByTestId('title-line').waitFor();
}

/** What runs this file keeps the names of functions by a helper that the page has not. */
const NAMES = 'window.__name = (f) => f';

/** The map of an address space with a list of regions as long as few processes have it. */
async function benchAddressSpace(page: Page, url: string): Promise<void> {
  await page.addInitScript({ content: NAMES });
  await page.addInitScript(watch);
  await page.goto(url);
  await open(page, makeRegionDump(MANY_REGIONS));
  await page.keyboard.press('Control+Alt+a');
  const canvas = page.locator('[data-pane=addressSpace] canvas[data-zoom]');
  await canvas.waitFor({ timeout: 120_000 });
  const drawn = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const { regions = NaN } = (window as unknown as { seen: { regions?: number } }).seen;
        requestAnimationFrame(() => resolve(performance.now() - regions));
      }),
  );
  report(`first frame of a map of ${MANY_REGIONS} regions`, `${drawn.toFixed(0)} ms`, '500 ms', drawn <= 500);
  const times = await frames(canvas, { deltaY: -30, shiftKey: false, turn: 30 });
  const rate = 1000 / median(times);
  const slow = percentile(times, 0.95).toFixed(1);
  const found = `${rate.toFixed(0)} frames a second, 95 % of frames under ${slow} ms`;
  report('zoom of that map', found, '30 frames a second', rate >= 30);
  await page.close();
}

/** The pictures of the page in Chromium, on a heap of a million blocks. Needs `npm run build:web`. */
async function benchPictures(): Promise<void> {
  const made = makeHeapDump('mixed', MILLION, SMALL);
  const server = await preview({
    configFile: 'vite.web.config.ts',
    preview: { port: 0, host: '127.0.0.1' },
    logLevel: 'silent',
  });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript({ content: NAMES });
    await page.addInitScript(watch);
    const url = server.resolvedUrls?.local[0] ?? '';
    await page.goto(url);
    await open(page, made.path);
    await page.keyboard.press('Control+Alt+h');
    const canvas = page.locator('canvas.heap-map-canvas');
    await canvas.waitFor({ timeout: 120_000 });
    await page.waitForFunction(
      () => (window as unknown as { seen: { drawn?: number } }).seen.drawn !== undefined,
    );
    const { arrived, drawn } = await page.evaluate(
      () => (window as unknown as { seen: { arrived: number; drawn: number } }).seen,
    );
    report(
      `first draw of a map of ${made.blocks} blocks`,
      `${(drawn - arrived).toFixed(0)} ms`,
      '300 ms',
      drawn - arrived <= 300,
    );
    const zoom = await frames(canvas, { deltaY: -30, shiftKey: false, turn: 30 });
    const pan = await frames(canvas, { deltaY: 40, shiftKey: true, turn: 60 });
    const idle = percentile(await frames(canvas, { deltaY: 0, shiftKey: false, turn: 1 }), 0.95);
    const beside = `a page at rest: ${idle.toFixed(1)} ms`;
    for (const [name, times] of [
      ['zoom', zoom],
      ['pan', pan],
    ] as const) {
      const rate = 1000 / median(times);
      const slow = percentile(times, 0.95).toFixed(1);
      const found = `${rate.toFixed(0)} frames a second, 95 % of frames under ${slow} ms (${beside})`;
      report(`${name} of that map`, found, '30 frames a second', rate >= 30);
    }
    await benchAddressSpace(await browser.newPage({ viewport: { width: 1440, height: 900 } }), url);
    await page.keyboard.press('Alt+5');
    const pane = page.locator('[data-pane=memory]:visible').first();
    const box = pane.getByLabel('Address', { exact: true });
    await box.fill(made.heap.toString(16));
    await box.press('Enter');
    await pane.locator('.memory-row').first().waitFor();
    const scroll = await frames(pane.locator('.memory-rows'), { deltaY: 60, shiftKey: false, turn: 1000 });
    const slow = percentile(scroll, 0.95);
    const found = `${(1000 / median(scroll)).toFixed(0)} frames a second, 95 % of frames under ${slow.toFixed(1)} ms (${beside})`;
    report('scroll of a memory pane', found, '20 ms', slow <= 20);
  } finally {
    await browser.close();
    await server.close();
  }
}

await benchPictures();

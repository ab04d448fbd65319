/**
 * From the page's navigation to what a person has then: the title line, the stack, all panes that are seen, and the
 * answer to a first `k`, typed when the title line stood. Each dump is opened by a fresh browser, served as `npm start`
 * does, and chosen as a file as on a static host: there the time counts from the choice.
 */
import type { Browser, Page } from 'playwright-core';
import { startLoopbackServer } from '../../../launcher/loopbackServer.ts';
import { corpusFile, hasCorpus } from '../../corpus.ts';
import { launchChromium } from '../../e2e/launchChromium.ts';
import { median } from '../measure.ts';

const RUNS = Number(process.argv[2] ?? 3);

interface Case {
  readonly name: string;
  readonly dump: string;
  readonly files: readonly string[];
  /** milliseconds that all of it may take */
  readonly aim: number;
}

/** Milliseconds since the navigation, or since the file was chosen. */
interface Figures {
  title?: number;
  stack?: number;
  panes?: number;
  answer?: number;
}

function labCase(folder: string, dump: string): Case {
  const own = ['MSVCR90D.pdb', 'RuntimeDll.pdb', 'RuntimeTest.pdb'];
  return {
    name: `${folder}/${dump}`,
    dump: corpusFile(`lab/${folder}/${dump}.dmp.gz`),
    files: own.map((name) => corpusFile(`lab/${folder}/${name}`)),
    aim: 2000,
  };
}

const CASES: readonly Case[] = [
  ...(hasCorpus ? [labCase('x86-dll-O0', 'privrw'), labCase('x64-dll-O0', 'full')] : []),
  ...['runtime-test-md', 'orders', 'sample'].map((name) => {
    return { name, dump: `dumps/${name}.dmp`, files: [], aim: 1000 };
  }),
];

/** Notes in the page when what is looked for is drawn, frame by frame. */
function watch(): void {
  const seen: { from: number } & Figures = { from: 0 };
  Object.assign(window, { seen });
  const drawn: Readonly<Record<keyof Figures, () => boolean>> = {
    title: () => document.querySelector('[data-testid=title-line]') !== null,
    stack: () => document.querySelector('[data-pane=stack] [role=row] .kind-symbol') !== null,
    panes: () => {
      const panes = [...document.querySelectorAll('.pane')].filter((p) => p.checkVisibility());
      const isWaiting = (note: Element): boolean => /^(?:Reading|Loading)/.test(note.textContent);
      return panes.length > 0 && !panes.some((p) => [...p.querySelectorAll('.pane-note')].some(isWaiting));
    },
    answer: () =>
      /RetAddr/.test(document.querySelector('.xterm-rows')?.textContent ?? '') &&
      !document.querySelector('.running-line .busy'),
  };
  const look = (now: number): void => {
    for (const [key, is] of Object.entries(drawn) as [keyof Figures, () => boolean][])
      if (seen[key] === undefined && is()) seen[key] = now - seen.from;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function figuresOf(page: Page, types: boolean): Promise<Figures> {
  await page.getByTestId('title-line').waitFor();
  if (types) {
    await page.keyboard.type('k');
    await page.keyboard.press('Enter');
  }
  const wanted = types ? 'answer' : 'panes';
  await page.waitForFunction(
    (key) => (window as unknown as { seen: Record<string, number | undefined> }).seen[key] !== undefined,
    wanted,
    { timeout: 60_000 },
  );
  return page.evaluate(() => (window as unknown as { seen: Figures }).seen);
}

async function served({ dump, files }: Case, types: boolean): Promise<Figures> {
  const server = await startLoopbackServer({ root: 'dist/web', dump, files });
  return inBrowser(async (page) => {
    await page.goto(server.url);
    return figuresOf(page, types);
  }).finally(() => server.close());
}

async function chosen({ dump }: Case, types: boolean): Promise<Figures> {
  const server = await startLoopbackServer({ root: 'dist/web' });
  return inBrowser(async (page) => {
    await page.goto(server.url);
    const open = page.getByRole('button', { name: /Open dump/ });
    await open.waitFor();
    const chooser = page.waitForEvent('filechooser');
    await open.click();
    const dialog = await chooser;
    await page.evaluate(() =>
      Object.assign((window as unknown as { seen: object }).seen, { from: performance.now() }),
    );
    await dialog.setFiles(dump);
    return figuresOf(page, types);
  }).finally(() => server.close());
}

async function inBrowser(work: (page: Page) => Promise<Figures>): Promise<Figures> {
  const browser: Browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    // what tsx puts around named functions is not there in the page
    await page.addInitScript('globalThis.__name = (f) => f');
    await page.addInitScript(watch);
    return await work(page);
  } finally {
    await browser.close();
  }
}

for (const one of CASES) {
  for (const [way, open] of [
    ['served', served],
    ['chosen', chosen],
  ] as const) {
    const runs: Figures[] = [];
    for (let i = 0; i < RUNS; i++) {
      const quiet = await open(one, false);
      const typed = await open(one, true);
      runs.push({ ...quiet, answer: typed.answer });
    }
    const figure = (key: keyof Figures): string => median(runs.map((r) => r[key] ?? NaN)).toFixed(0);
    const text = (['title', 'stack', 'panes', 'answer'] as const).map((k) => `${k} ${figure(k)}`).join(', ');
    process.stdout.write(
      `${`${one.name}, ${way}`.padEnd(34)} ${text} ms   (title under 1000, all under ${one.aim})\n`,
    );
  }
}

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { corpusFile, corpusList, hasCorpus } from '../../corpus.ts';
import { AppPage } from '../page.ts';
import type { DesktopApp, LaunchDesktop } from './desktopApp.ts';

const SAMPLE_MD = resolve('dumps/runtime-test-md.dmp');
const SAMPLE_MT = resolve('dumps/runtime-test-mt.dmp');
const SYMBOLS = resolve('dumps/ntdll.pdb', readdirSync('dumps/ntdll.pdb')[0] ?? '', 'ntdll.sym');

/** The WOW64 process that the program is started with, and what its stack says; the sample where there is no corpus. */
function firstDump(): { readonly path: string; readonly stack: string } {
  if (!hasCorpus) return { path: SAMPLE_MD, stack: 'ChildEBP' };
  const name = corpusList('public/dumps').find((n) => n.includes('fizzbuzz-wow64')) ?? '';
  return { path: corpusFile(`public/dumps/${name}`), stack: 'Child-SP' };
}

/**
 * What the desktop program does, for whoever runs it: Electron itself, or its driver. One program for all cases, which
 * build on one another; main is spoken to in Electron's own interface.
 */
export function desktopScenarios(launch: LaunchDesktop): void {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-desktop-'));
  const { path: first, stack } = firstDump();
  let program: DesktopApp;
  let app: AppPage;

  beforeAll(async () => {
    program = await launch([first], folder);
    app = AppPage.of(await program.firstWindow(), () => program.stop());
    await app.page.getByTestId('title-line').waitFor();
  });
  afterAll(async () => {
    await program.stop();
    rmSync(folder, { recursive: true });
  });

  const tabs = (): Promise<number> =>
    app.page.getByRole('tablist', { name: 'Dumps' }).getByRole('tab').count();
  const tabNames = (): Promise<string[]> =>
    app.page.getByRole('tablist', { name: 'Dumps' }).getByRole('tab').allTextContents();
  const title = (): Promise<string | null> => app.page.getByTestId('title-line').textContent();
  const recentNames = (): Promise<(string | undefined)[]> =>
    program.evaluate(({ Menu }, menu) => {
      const file = Menu.getApplicationMenu()?.items.find((i) => i.label === 'File');
      const items = file?.submenu?.items.find((i) => i.label === menu)?.submenu?.items ?? [];
      return items.flatMap((i) => (i.label === '' || i.label === undefined ? [] : [i.label]));
    }, 'Open recent');
  const clickRecent = (label: string): Promise<void> =>
    program.evaluate(({ Menu }, wanted) => {
      const file = Menu.getApplicationMenu()?.items.find((i) => i.label === 'File');
      const items = file?.submenu?.items.find((i) => i.label === 'Open recent')?.submenu?.items ?? [];
      items.find((i) => i.label === wanted)?.click();
    }, label);
  const enginePids = (): Promise<number[]> =>
    program.evaluate(
      ({ app: main }, name) => main.getAppMetrics().flatMap((m) => (m.name === name ? [m.pid] : [])),
      'stillframe engine',
    );
  const choose = (paths: string[]): Promise<void> =>
    program.evaluate(({ dialog }, filePaths) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths });
    }, paths);

  it('opens the dump of its command line and answers in an engine of its own', async () => {
    expect(await title()).toContain(basename(first));
    expect(await app.run('k')).toContain(stack);
    expect(await enginePids()).toHaveLength(1);
  });

  it('gives the page a bridge and nothing of Node, and no path', async () => {
    const found = await app.page.evaluate(async () => {
      const page = window as unknown as Record<string, unknown> & {
        stillframe: { recentDumps(): Promise<unknown> };
      };
      const before = page.stillframe;
      try {
        page.stillframe = { recentDumps: () => Promise.resolve([]) };
      } catch {
        // strict code is told that it cannot be written
      }
      return {
        node: ['require', 'process', 'module', 'Buffer', 'electron'].filter((name) => name in page),
        isSame: page.stillframe === before,
        recent: JSON.stringify(await before.recentDumps()),
      };
    });
    expect(found.node).toEqual([]);
    expect(found.isSame).toBe(true);
    expect(found.recent).toContain(basename(first));
    expect(found.recent).not.toContain(first);
  });

  it('reads script files that a command names', async () => {
    const script = join(folder, 'script.txt');
    writeFileSync(script, '.echo from the file\n');
    expect(await app.run(`$$>< ${script}`)).toContain('from the file');
  });

  it('opens the dump of a second start in the window that is there', async () => {
    await program.startAgain([SAMPLE_MD]);
    await expect.poll(tabs).toBe(2);
    expect(program.windows()).toHaveLength(1);
    await expect.poll(title).toContain('runtime-test-md.dmp');
    expect(await app.run('k')).toContain('ChildEBP');
  });

  it('opens what was chosen in its dialog', async () => {
    await choose([SAMPLE_MT]);
    await app.page.keyboard.press('Control+d');
    await expect.poll(tabs).toBe(3);
    await expect.poll(title).toContain('runtime-test-mt.dmp');
  });

  it('opens what the system hands it', async () => {
    await program.evaluate(
      ({ app: main }, path) => main.emit('open-file', { preventDefault: () => undefined }, path),
      SAMPLE_MD,
    );
    await expect.poll(tabs).toBe(4);
  });

  it('opens a dump that is dropped on it, and takes symbols', async () => {
    await program.drop([SAMPLE_MT]);
    await expect.poll(tabs).toBe(5);
    await program.drop([SYMBOLS]);
    await expect.poll(() => app.output()).toContain('added');
  });

  it('keeps the dumps that were opened, the last one first, in menu and file', async () => {
    const names = await recentNames();
    expect(names.slice(0, 2)).toEqual([SAMPLE_MT, SAMPLE_MD]);
    expect(names).toContain(first);
    await clickRecent(first);
    await expect.poll(tabs).toBe(6);
    await expect.poll(title).toContain(basename(first));
    expect(JSON.parse(readFileSync(join(folder, 'recentDumps.json'), 'utf8'))).toEqual([
      first,
      SAMPLE_MT,
      SAMPLE_MD,
    ]);
    await clickRecent('Clear this list');
    expect(await recentNames()).toEqual(['Clear this list']);
  });

  it('saves the log where the person says', async () => {
    const to = join(folder, 'saved.log');
    await program.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, to);
    expect(await app.run('.echo kept')).toContain('kept');
    await app.page.getByRole('button', { name: 'Save log' }).last().click();
    await expect.poll(() => existsSync(to) && readFileSync(to, 'utf8')).toContain('kept');
  });

  it('starts an engine that died again and opens its dump, and the window lives on', async () => {
    const before = await enginePids();
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await expect.poll(() => app.output()).toContain('the dump is opened again');
    await expect.poll(async () => (await enginePids()).length).toBe(before.length);
    expect(await enginePids()).not.toEqual(before);
    await expect
      .poll(async () => (await app.run('version')).includes('Windows'), { timeout: 20_000 })
      .toBe(true);
    expect(await app.run('k')).toContain(stack);
  });

  it('goes nowhere and opens no window', async () => {
    const { page } = app;
    const url = page.url();
    await page.evaluate(() => {
      location.href = 'https://evil.example/';
    });
    await page.evaluate(() => {
      const link = document.createElement('a');
      link.href = 'file:///etc/passwd';
      link.target = '_blank';
      document.body.append(link);
      link.click();
      link.remove();
      window.open('https://evil.example/');
    });
    await page.waitForTimeout(300);
    expect(page.url()).toBe(url);
    await expect.poll(() => page.context().pages().length).toBe(1);
    expect(await title()).not.toBeNull();
  });

  it('grants no permission but to copy', async () => {
    const states = await app.page.evaluate(async () => {
      const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi'];
      const found: Record<string, string> = {};
      for (const name of names)
        found[name] = (await navigator.permissions.query({ name: name as PermissionName })).state;
      await navigator.clipboard.writeText('00401000');
      return found;
    });
    expect(new Set(Object.values(states))).toEqual(new Set(['denied']));
  });

  it('fetches nothing from elsewhere', async () => {
    const answers = await app.page.evaluate(async () => {
      const ask = (url: string): Promise<string> =>
        fetch(url).then(
          (answer) => String(answer.status),
          () => 'refused',
        );
      return Promise.all([
        ask('https://evil.example/'),
        ask(`${location.origin}/index.html`),
        ask(`${location.origin}/..%2f..%2fpackage.json`),
        ask(`${location.origin}/%2e%2e/%2e%2e/package.json`),
      ]);
    });
    expect(answers[0]).toBe('refused');
    expect(answers.slice(1)).toEqual(['200', '404', '404']);
  });

  it('refuses messages that are not of their form, or of another frame, and lives on', async () => {
    const engines = await enginePids();
    await program.evaluate(
      ({ ipcMain, BrowserWindow }, messages) => {
        const sender = BrowserWindow.getAllWindows()[0]?.webContents;
        const own = { sender, senderFrame: sender?.mainFrame };
        const frames = [
          null,
          { url: 'https://evil.example/', parent: null },
          { url: 'app://stillframe.evil.example/', parent: null },
          { url: 'app://stillframe/', parent: {} },
        ];
        for (const [channel, message] of messages) ipcMain.emit(channel, own, message);
        for (const senderFrame of frames)
          ipcMain.emit('engine:start', { sender, senderFrame }, { engine: 77 });
        ipcMain.emit('engine:start', { sender: { id: 999 }, senderFrame: own.senderFrame }, { engine: 78 });
      },
      [
        ['engine:start', { engine: -1 }],
        ['engine:start', { engine: 1e300 }],
        ['engine:start', 'nonsense'],
        ['engine:start', null],
        ['file:grant', { id: 'no uuid', path: '/etc/passwd', what: 'file' }],
        ['file:grant', { id: crypto.randomUUID(), path: '', what: 'file' }],
        ['file:grant', { id: crypto.randomUUID(), path: '/etc/passwd', what: 'program' }],
      ] as [string, unknown][],
    );
    const saved = await app.page.evaluate(() => {
      const { stillframe } = window as unknown as {
        stillframe: { saveText(name: unknown, text: unknown): Promise<void> };
      };
      return stillframe.saveText({ path: '/etc/passwd' }, 7).then(
        () => 'saved',
        (e: unknown) => String(e),
      );
    });
    expect(saved).toContain('refused');
    expect(await enginePids()).toEqual(engines);
    expect(program.uncaught).toEqual([]);
    expect(await app.run('.echo alive')).toContain('alive');
  });

  it('reloads the page and opens its dumps again, in engines of their own', async () => {
    // two show what six would
    const closing = app.page.locator('.dump-tabs').getByRole('button', { name: /^Close/ });
    while ((await tabs()) > 2) await closing.first().click();
    await expect.poll(async () => (await enginePids()).length).toBe(2);
    const before = await enginePids();
    const names = await tabNames();
    expect(new Set(names).size).toBe(2);
    await program.evaluate(({ Menu }) => {
      const view = Menu.getApplicationMenu()?.items.find((i) => i.label === 'View');
      view?.submenu?.items.find((i) => i.label === 'Reload')?.click();
    }, undefined);
    await expect.poll(() => before.filter(isRunning)).toEqual([]);
    await expect.poll(tabNames).toEqual(names);
    expect(await enginePids()).toHaveLength(names.length);
    expect(await app.run('version')).toContain('Windows');
  });

  it('loads a page that crashed again with its dumps', async () => {
    const names = await tabNames();
    const before = await enginePids();
    await program.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
      undefined,
    );
    await expect.poll(() => before.filter(isRunning)).toEqual([]);
    // the page that was looked at is gone: main looks at the one in its place
    const shown = (): Promise<unknown> =>
      program.evaluate(
        ({ BrowserWindow }) =>
          BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
            `[...document.querySelectorAll('.dump-tabs [role=tab]')].map((tab) => tab.textContent)`,
          ),
        undefined,
      );
    await expect.poll(async () => shown().catch(String)).toEqual(names);
    expect(program.windows()).toHaveLength(1);
    expect(program.uncaught).toEqual([]);
  });

  it('ends with its window, and its engines with it', async () => {
    const engines = await enginePids();
    expect(engines.length).toBeGreaterThan(0);
    expect(app.complaints.filter((c) => !/evil\.example|file:\/\/\/|package\.json|404/.test(c))).toEqual([]);
    await program.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close(), undefined);
    await program.ended;
    await expect.poll(() => engines.filter(isRunning)).toEqual([]);
  });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw e;
  }
}

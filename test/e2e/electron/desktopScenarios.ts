import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
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
  // a file of the person's own: the one that comes with the program is not kept among those
  const second = join(folder, basename(SAMPLE_MD));
  copyFileSync(SAMPLE_MD, second);
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

  it('opens another dump beside one by its name, and the window names the one in effect', async () => {
    expect(await app.run(`.opendump ${SAMPLE_MT}`)).toContain(`Opened '${SAMPLE_MT}'`);
    await expect.poll(title).toContain('runtime-test-mt.dmp');
    expect(await app.run('||')).toMatch(/^[ ]*0 .*\n\.[ ]*1 /m);
    expect(await app.run('.opendump nowhere.dmp')).toContain('no such file');
    await app.run('.detach');
    await expect.poll(title).toContain(basename(first));
  });

  it('shows in the system’s menu what the page’s own does, and does it for the dump in front', async () => {
    const items = (menu: string): Promise<{ label: string; accelerator?: string; enabled: boolean }[]> =>
      program.evaluate(
        ({ Menu }, wanted) =>
          (Menu.getApplicationMenu()?.items.find((i) => i.label === wanted)?.submenu?.items ?? []).map(
            ({ label, accelerator, enabled }) => ({ label, accelerator: accelerator as string, enabled }),
          ),
        menu,
      );
    expect(await items('File')).toContainEqual({
      label: 'Open dump…',
      accelerator: 'CmdOrCtrl+D',
      enabled: true,
    });
    expect(await items('View')).toContainEqual({ label: 'Locals', accelerator: 'Alt+3', enabled: true });
    expect(await items('Go')).toContainEqual({ label: 'Back', accelerator: 'Alt+Left', enabled: true });
    await program.evaluate(
      ({ Menu }, wanted) =>
        Menu.getApplicationMenu()
          ?.items.find((i) => i.label === 'Go')
          ?.submenu?.items.find((i) => i.label === wanted)
          ?.click(),
      'Go to the context of the exception',
    );
    await expect.poll(() => app.output()).toContain('> .ecxr');
  });

  it('opens the dump of a second start in the window that is there', async () => {
    await program.startAgain([second]);
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
      second,
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
    expect(names.slice(0, 2)).toEqual([SAMPLE_MT, second]);
    expect(names).toContain(first);
    await clickRecent(first);
    await expect.poll(tabs).toBe(6);
    await expect.poll(title).toContain(basename(first));
    expect(JSON.parse(readFileSync(join(folder, 'recentDumps.json'), 'utf8'))).toEqual([
      first,
      SAMPLE_MT,
      second,
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

  it('starts an engine that died again and opens its dump with its files, and the window lives on', async () => {
    // two show what six would
    const closing = app.page.locator('.dump-tabs').getByRole('button', { name: /^Close/ });
    while ((await tabs()) > 2) await closing.first().click();
    await expect.poll(async () => (await enginePids()).length).toBe(2);
    await program.drop([SYMBOLS]);
    await expect.poll(() => app.output()).toContain('1 file added');
    const before = await enginePids();
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await expect
      .poll(() => app.output())
      .toContain('the dump is opened again with the 1 file that was added');
    await expect.poll(async () => (await enginePids()).length).toBe(before.length);
    expect(await enginePids()).not.toEqual(before);
    await expect
      .poll(async () => (await app.run('version')).includes('Windows'), { timeout: 20_000 })
      .toBe(true);
    expect(await app.run('k')).toContain(stack);
    expect(await app.run('.sympath')).toContain(dirname(SYMBOLS));
  });

  it('goes nowhere and opens no window', async () => {
    const { page } = app;
    const url = page.url();
    await program.evaluate(({ app: main, BrowserWindow }) => {
      const asked: string[] = [];
      Object.assign(main, { askedInTest: asked });
      BrowserWindow.getAllWindows()[0]?.webContents.on('will-navigate', (event) => asked.push(event.url));
    }, undefined);
    await page.evaluate(() => {
      location.href = 'https://evil.example/';
    });
    // main has been asked, and has refused
    await expect
      .poll(() =>
        program.evaluate(
          ({ app: main }) => (main as unknown as { askedInTest: string[] }).askedInTest,
          undefined,
        ),
      )
      .toEqual(['https://evil.example/']);
    await page.evaluate(() => {
      const link = document.createElement('a');
      link.href = 'file:///etc/passwd';
      link.target = '_blank';
      document.body.append(link);
      link.click();
      link.remove();
      window.open('https://evil.example/');
    });
    expect(await app.run('.echo still here')).toContain('still here');
    expect(page.url()).toBe(url);
    await expect.poll(() => page.context().pages().length).toBe(1);
    expect(program.windows()).toHaveLength(1);
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
        ['file:grant', { id: 'no uuid', path: '/etc/passwd' }],
        ['file:grant', { id: crypto.randomUUID(), path: '' }],
        ['dumps:shown', { shown: [{ id: 'no uuid', added: [], isFront: true, isOpen: true }] }],
        ['dumps:shown', { shown: 7 }],
        [
          'menu:show',
          { entries: [{ id: 'x', title: 'x', menu: 'System', isEnabled: true, isSeparated: true }] },
        ],
        ['menu:show', { entries: Array(1000).fill({}) }],
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

  it('reloads the page and opens its dumps again with their files, the same one in front', async () => {
    const before = await enginePids();
    const names = await tabNames();
    expect(new Set(names).size).toBe(2);
    await app.page.getByRole('tablist', { name: 'Dumps' }).getByRole('tab').first().click();
    await expect.poll(title).toContain(names[0]);
    await program.drop([SYMBOLS]);
    await expect.poll(() => app.output()).toContain('1 file added');
    await program.evaluate(({ Menu }) => {
      const view = Menu.getApplicationMenu()?.items.find((i) => i.label === 'View');
      view?.submenu?.items.find((i) => i.label === 'Reload')?.click();
    }, undefined);
    await expect.poll(() => before.filter(isRunning)).toEqual([]);
    await expect.poll(tabNames).toEqual(names);
    expect(await enginePids()).toHaveLength(names.length);
    expect(await title()).toContain(names[0]);
    expect(await app.run('.sympath')).toContain(dirname(SYMBOLS));
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

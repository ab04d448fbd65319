import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

/** `npm start` as a person runs it: the browser's way, for Electron's program is on few machines that run tests. */
describe('npm start', () => {
  const started: ChildProcess[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
    for (const child of started) child.kill();
  });

  /** Lines of its output until one of them is what is waited for, or it has ended. */
  function start(
    args: readonly string[],
    last: RegExp,
    env: NodeJS.ProcessEnv = {},
  ): Promise<{ lines: string[]; code: number | null }> {
    const child = spawn(process.execPath, ['--import', 'tsx', 'launcher/start.ts', ...args], {
      env: { ...process.env, ...env },
    });
    started.push(child);
    return new Promise((resolve, reject) => {
      let text = '';
      const hear = (part: Buffer): void => {
        text += part.toString();
        const lines = text.split('\n').slice(0, -1);
        if (lines.some((line) => last.test(line))) resolve({ lines, code: null });
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.on('error', reject);
      child.on('close', (code) => resolve({ lines: text.split('\n').slice(0, -1), code }));
    });
  }

  it('says in one line why there is no window, and serves the page to who has the token', async () => {
    const { lines } = await start(['dumps/runtime-test-md.dmp', '--browser', '--no-open'], /^open /);
    const said = lines.filter((line) => !line.startsWith('building'));
    expect(said).toHaveLength(2);
    expect(said[0]).toBe('no desktop window: --browser was asked for');
    const url =
      /^open (http:\/\/127\.0\.0\.1:\d+\/\?token=[0-9a-f]{64}#served=dump)$/.exec(said[1] ?? '')?.[1] ?? '';
    const first = await fetch(url, { redirect: 'manual' });
    expect(first.status).toBe(303);
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
    const { origin } = new URL(url);
    const page = await fetch(`${origin}/`, { headers: { cookie } });
    expect(await page.text()).toContain('<title>Stillframe</title>');
    const session = (await (await fetch(`${origin}/session.json`, { headers: { cookie } })).json()) as {
      dump: { name: string };
      files: { name: string }[];
    };
    expect(session.dump.name).toBe('runtime-test-md.dmp');
    expect(session.files.map((f) => f.name)).toContain('ntdll.sym');
    expect((await fetch(`${origin}/session.json`)).status).toBe(403);
  });

  it.each([
    [['nowhere.dmp'], /there is no file .*nowhere\.dmp/],
    [['a.dmp', 'b.dmp'], /one dump at a time/],
    [['dumps'], /dumps is a folder, not a dump file/],
    [['--brwoser'], /there is no option --brwoser/],
  ])('refuses %j in one line', async (args, why) => {
    const { lines, code } = await start(args, /never/);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(why);
    expect(code).toBe(2);
  });

  /** A stand-in for Electron's program, which few machines have. */
  function electron(script: string): NodeJS.ProcessEnv {
    writeFileSync(join(folder, 'electron'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'electron'), 0o755);
    return { ELECTRON_OVERRIDE_DIST_PATH: folder, DISPLAY: ':77', ELECTRON_RUN_AS_NODE: '1' };
  }

  it('opens the desktop window with the dump, and ends with it', async () => {
    const env = electron('echo "window: $# $1 $2 [${ELECTRON_RUN_AS_NODE:-unset}]"');
    const { lines, code } = await start(['dumps/runtime-test-md.dmp'], /never/, env);
    expect(code).toBe(0);
    const said = lines.filter((line) => !line.startsWith('building'));
    expect(said).toEqual([`window: 2 ${resolve('.')} ${resolve('dumps/runtime-test-md.dmp')} [unset]`]);
  });

  it.each([
    ['a window that cannot live', () => electron('exit 3'), 'Electron ended at once (3)'],
    ['no display', () => ({ DISPLAY: '', WAYLAND_DISPLAY: '' }), 'there is no display'],
  ])('serves the page where there is %s', async (_, env, why) => {
    const { lines } = await start(['--no-open'], /^open /, env());
    expect(lines.find((line) => line.startsWith('no desktop window: '))).toContain(why);
  });

  it('says so where no browser can be started', async () => {
    const { lines } = await start(['--browser'], /^no browser/, { PATH: folder });
    expect(lines.slice(-2)).toEqual([
      expect.stringMatching(/^open http:/),
      'no browser could be started: open the address yourself',
    ]);
  });
});

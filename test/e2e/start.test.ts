import { spawn, type ChildProcess } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';

/** `npm start` as a person runs it: the browser's way, for Electron's program is on few machines that run tests. */
describe('npm start', () => {
  const started: ChildProcess[] = [];
  afterAll(() => {
    for (const child of started) child.kill();
  });

  /** Lines of its output until one of them is what is waited for, or it has ended. */
  function start(args: readonly string[], last: RegExp): Promise<{ lines: string[]; code: number | null }> {
    const child = spawn(process.execPath, ['--import', 'tsx', 'launcher/start.ts', ...args]);
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
  ])('refuses %j in one line', async (args, why) => {
    const { lines, code } = await start(args, /never/);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(why);
    expect(code).toBe(2);
  });
});

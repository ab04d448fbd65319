import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { json, PROGRAM, SAMPLE, stillframe } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'stillframe-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the command line', () => {
  it('prints the banner, then each command of a batch behind its prompt, and ends with 0', async () => {
    const { code, out, err } = await stillframe(['-z', SAMPLE, '-c', 'vertarget;q']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(
      `Loading Dump File [${SAMPLE}]\nUser Mini Dump File with Full Memory: Only application data is available\n`,
    );
    expect(out).toContain(
      '(b58.b5c): Access violation - code c0000005 (first/second chance not available)\n',
    );
    expect(out).toContain(
      'cart!UpdateTotal+0x9:\n004010c9 8908            mov     dword ptr [eax],ecx  ds:0023:00000000=????????\n',
    );
    expect(out).toMatch(
      /\n0:000> vertarget\nWindows 7 Version 7601 \(Service Pack 1\) MP \(2 procs\) Free x86 compatible\n[^]*\n0:000> q\n$/,
    );
  });

  it('takes the dump as a bare argument, and commands from standard input until it ends', async () => {
    const { code, out } = await stillframe([SAMPLE], '? 1+1\n* a comment; not a command\n.echo done\n');
    expect(code).toBe(0);
    expect(out).toContain('0:000> ? 1+1\nEvaluate expression: 2 = 00000002\n');
    expect(out).toMatch(/0:000> \.echo done\ndone\n$/);
  });

  it('ends after -cf even without q', async () => {
    const script = join(folder, 'script.txt');
    writeFileSync(script, '.echo one\n\n.echo two\n');
    const { code, out } = await stillframe([SAMPLE, '-cf', script]);
    expect(code).toBe(0);
    expect(out).toMatch(/one\n[^]*two\n$/);
  });

  it('ends with 1 when a command of a batch failed, and runs those behind it', async () => {
    const { code, out } = await stillframe([SAMPLE, '-c', 'nonsense; .echo still here;q']);
    expect(code).toBe(1);
    expect(out).toContain("No command or extension is called 'nonsense'");
    expect(out).toContain('still here');
  });

  it.each([
    [['--nonsense'], 'unknown option --nonsense'],
    [[], 'which dump?'],
    [['-z', 'a.dmp', 'b.dmp'], 'one dump at a time'],
    [['-z', 'a.dmp', '-c'], '-c needs a value'],
  ])('ends with 2 for wrong usage: %j', async (args, reason) => {
    const { code, err, out } = await stillframe(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(reason);
  });

  it.each([
    ['missing.dmp', undefined, 'no such file'],
    ['empty.dmp', Buffer.alloc(0), 'empty'],
    ['kernel.dmp', Buffer.from('PAGEDU64'.padEnd(8192, '\0')), 'kernel'],
    ['core.dmp', Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]), Buffer.alloc(64)]), 'ELF'],
    ['text.dmp', Buffer.from('hello, this is no dump at all\n'), 'dump'],
  ])('ends with 3 for %s, in one line that names the file and the reason', async (name, content, reason) => {
    const path = join(folder, name);
    if (content) writeFileSync(path, content);
    const { code, err, out } = await stillframe(['-z', path, '-c', 'q']);
    expect([code, out]).toEqual([3, '']);
    expect(err.trimEnd().split('\n').length).toBe(1);
    expect(err).toContain(path);
    expect(err.toLowerCase()).toContain(reason.toLowerCase());
  });

  it.each([
    ['none.txt', 'no such file'],
    ['.', 'it is a folder'],
  ])('ends with 2 for a script that cannot be read: %s', async (name, reason) => {
    const path = join(folder, name);
    const { code, err, out } = await stillframe([SAMPLE, '-cf', path]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toBe(`stillframe: -cf: cannot read '${path}': ${reason}\n`);
  });

  it('says why a file cannot be written in words, not in codes of the system', async () => {
    const path = join(folder, 'none', 'x');
    const { code, out } = await stillframe([SAMPLE, '-c', `.logopen ${path};.dump ${path};q`]);
    expect(code).toBe(1);
    expect(out.split('\n').filter((line) => line.includes('cannot be written'))).toEqual([
      `'${path}' cannot be written: no such folder`,
      `'${path}' cannot be written: no such folder`,
    ]);
  });

  it('opens a gzipped dump', async () => {
    const path = join(folder, 'sample.dmp.gz');
    writeFileSync(path, gzipSync(readFileSync(SAMPLE)));
    const [first] = await json(path, 'vertarget;q');
    expect(first?.data).toMatchObject({ arch: 'x86', os: { build: 7601 } });
  });

  it('gives a JSON object a line for each command, failed ones too', async () => {
    const lines = await json(SAMPLE, 'lm;nonsense;? 2*3;q');
    expect(lines.map((l) => [l.schemaVersion, l.command, l.ok])).toEqual([
      [1, 'lm', true],
      [1, 'nonsense', false],
      [1, '? 2*3', true],
      [1, 'q', true],
    ]);
    expect(lines[1]?.error?.code).toBe('unknown-command');
    expect(lines[1]).not.toHaveProperty('data');
    expect(lines[2]?.text).toBe('Evaluate expression: 6 = 00000006');
  });

  it('does not mind a pipe that closes early', async () => {
    const script = `node ${PROGRAM} -z ${SAMPLE} -c "lm;~*k;!peb;dt _PEB @$peb;dd 400000 L?800;q" | head -1; echo "\${PIPESTATUS[0]}"`;
    const child = spawn('bash', ['-c', script]);
    let out = '';
    let err = '';
    child.stdout.on('data', (d: Buffer) => (out += d.toString()));
    child.stderr.on('data', (d: Buffer) => (err += d.toString()));
    await new Promise((done) => child.on('close', done));
    expect(err).toBe('');
    expect(out).toMatch(/^\n?0\n$/);
  });

  it('shows its usage and its version', async () => {
    expect((await stillframe(['--help'])).out).toContain('-z DUMP');
    expect((await stillframe(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('checks symbols and says for each module where it looked, as text and as JSON', async () => {
    const { code, out } = await stillframe(['symbols', 'check', SAMPLE]);
    expect(code).toBe(0);
    expect(out).toMatch(/^Symbol search path is: <empty>\nExecutable image search path is: <empty>\n\n/);
    expect(out).toMatch(/\n\d+ modules?: /);
    expect(out).not.toContain('0:000>');
    const told = await stillframe(['symbols', 'check', SAMPLE, '--json']);
    const line = JSON.parse(told.out) as { ok: boolean; data: { modules: { attempts: unknown[] }[] } };
    expect(line.ok).toBe(true);
    expect(line.data.modules.length).toBeGreaterThan(0);
    expect(line.data.modules.every((m) => m.attempts.length > 0)).toBe(true);
  });

  it('waits for a symbol server before the banner names where the thread is', async () => {
    const cache = join(folder, 'cache');
    const server = createServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    try {
      const path = `srv*${cache}*http://127.0.0.1:${port}`;
      const { code, err } = await stillframe(['-z', SAMPLE, '-y', path, '-c', 'k;q']);
      expect(err).toBe('');
      expect(code).toBe(0);
    } finally {
      server.close();
    }
  });
});

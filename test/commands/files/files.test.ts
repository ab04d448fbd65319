import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../../core/bytes/index.ts';
import { Engine, type EngineHost } from '../../../core/engine/index.ts';
import { nodeHost } from '../../../core/node/index.ts';
import { runLine } from '../runLine.ts';
import { MemoryFiles } from './memoryFiles.ts';

const SAMPLE = resolve(import.meta.dirname, '../../../dumps/sample.dmp');

function openSample(host: EngineHost): Promise<Engine> {
  return Engine.open(new BufferSource(readFileSync(SAMPLE), 'sample.dmp'), host);
}

describe('a log', () => {
  it('holds commands and what they print, once, nested ones too, until it is closed', async () => {
    const files = new MemoryFiles();
    const engine = await openSample({ outputFiles: files });
    const opened = await runLine(engine, '.echo before;.logopen a.txt;~*e .echo each');
    expect(opened.lines).toContain("Opened log file 'a.txt'");
    const log = files.text('a.txt').split('\n');
    expect(log).toEqual(["Opened log file 'a.txt'", '0:000> ~*e .echo each', 'each', 'each', '']);
    await runLine(engine, '.logappend /u "b c.txt"');
    await runLine(engine, '.echo \u00e9');
    await runLine(engine, '.logopen a.txt');
    const wide = Buffer.from(files.files.get('b c.txt') ?? []);
    expect(wide.toString('utf16le')).toContain('0:000> .echo \u00e9\n\u00e9\n');
    // a log that is opened anew begins empty, and closes the one before
    expect(files.text('a.txt')).toMatch(/^Closing open log file b c\.txt\nOpened log file 'a\.txt'\n$/);
    expect((await runLine(engine, '.logclose')).lines).toEqual(['Closing open log file a.txt']);
    expect((await runLine(engine, '.logclose;.logfile')).lines).toEqual([
      'No log file open',
      'No log file open',
    ]);
  });

  it('is named after process and time where asked to', async () => {
    const files = new MemoryFiles();
    const engine = await openSample({ outputFiles: files });
    await runLine(engine, '.logopen /t logs/my.txt;.logopen /d;.logopen');
    expect([...files.files.keys()]).toEqual([
      expect.stringMatching(/^logs\/my_[0-9A-F]{4,}_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d-\d{3}\.txt$/),
      'cart.log',
      'dbgeng.log',
    ]);
  });

  it('has the commands that were given for .write_cmd_hist', async () => {
    const files = new MemoryFiles();
    const engine = await openSample({ outputFiles: files });
    await runLine(engine, '.echo a;k');
    await runLine(engine, '.write_cmd_hist h.txt');
    expect(files.text('h.txt')).toBe('.echo a\nk\n.write_cmd_hist h.txt\n');
    expect((await runLine(engine, '.write_cmd_hist h.txt')).errors[0]).toContain('exists');
  });
});

describe('.writemem', () => {
  it('writes just the bytes of the range, whole or not at all', async () => {
    const files = new MemoryFiles();
    const engine = await openSample({ outputFiles: files });
    const { lines } = await runLine(engine, '.writemem "m 1.bin" @esp L10');
    expect(lines).toEqual(['Writing 10 bytes.']);
    const { data } = await runLine(engine, 'db @esp L10');
    expect([...(files.files.get('m 1.bin') ?? [])]).toEqual((data as { values: number[] }).values);
    expect((await runLine(engine, '.writemem "m 1.bin" @esp L8')).errors[0]).toContain('exists');
    expect((await runLine(engine, '.writemem /o "m 1.bin" @esp L8')).errors).toEqual([]);
    expect(files.files.get('m 1.bin')).toHaveLength(8);
    const cut = await runLine(engine, '.writemem hole.bin @esp L?10000000');
    expect([cut.errors[0], files.files.has('hole.bin')]).toEqual([
      expect.stringContaining('not in the dump'),
      false,
    ]);
  });
});

describe('files of a host', () => {
  it('are refused in one sentence where it has none', async () => {
    const engine = await openSample({});
    for (const line of ['.logopen a.txt', '.writemem a @esp L1', '.dump a.dmp', '.write_cmd_hist a'])
      expect((await runLine(engine, line)).errors).toEqual([expect.stringContaining('writes no files')]);
  });

  it('appear whole, replace nothing unasked, and leave nothing behind when they fail', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stillframe-test-'));
    try {
      const engine = await openSample(nodeHost({ dump: SAMPLE, writesFiles: true }));
      const path = join(folder, 'a.bin');
      writeFileSync(path, 'old');
      expect((await runLine(engine, `.writemem ${path} @esp L4`)).errors[0]).toContain('The file exists');
      expect(readFileSync(path, 'utf8')).toBe('old');
      await runLine(engine, `.writemem /o ${path} @esp L?10000000`);
      expect(readFileSync(path, 'utf8')).toBe('old');
      await runLine(engine, `.writemem /o ${path} @esp L4`);
      expect(readFileSync(path)).toHaveLength(4);
      await runLine(engine, `.logopen ${join(folder, 'l.txt')};.echo x;.logclose`);
      expect(readFileSync(join(folder, 'l.txt'), 'utf8')).toContain('0:000> .echo x\nx\n');
      const missing = await runLine(engine, `.writemem ${join(folder, 'no/a.bin')} @esp L4`);
      expect(missing.errors[0]).toContain('cannot be written');
      expect(readdirSync(folder).sort()).toEqual(['a.bin', 'l.txt']);
      expect(existsSync(join(folder, 'no'))).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

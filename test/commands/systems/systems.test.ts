import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../../core/bytes/index.ts';
import { Engine, type EngineHost } from '../../../core/engine/index.ts';
import type { DxData } from '../../../core/commands/valueTree/index.ts';
import { StillframeError } from '../../../core/errors/index.ts';
import { corpusFile, hasCorpus } from '../../corpus.ts';
import { MemoryFiles } from '../files/memoryFiles.ts';
import { runLine } from '../runLine.ts';

const SAMPLE = resolve(import.meta.dirname, '../../../dumps/sample.dmp');

/** A host that opens any file that it is asked for, and keeps what it has open. */
function openingHost(redact: boolean) {
  const openFiles = new Set<string>();
  const outputFiles = new MemoryFiles();
  const host: EngineHost = {
    redact,
    outputFiles,
    openDump(path) {
      if (path.includes('nosuch'))
        return Promise.reject(new StillframeError('not-available', 'no such file'));
      openFiles.add(path);
      return Promise.resolve({ source: source(path), host, close: () => void openFiles.delete(path) });
    },
  };
  return { host, openFiles, outputFiles };
}

function source(path: string): BufferSource {
  return new BufferSource(readFileSync(path), path.split('/').at(-1) ?? path);
}

describe('several dumps', () => {
  it('need a host that opens files', async () => {
    const engine = await Engine.open(source(SAMPLE));
    expect((await runLine(engine, `.opendump ${SAMPLE}`)).errors).toEqual([
      '.opendump: this host shows one dump at a time',
    ]);
    expect((await runLine(engine, '||')).lines).toEqual(['.  0 Full memory user mini dump: sample.dmp']);
    expect((await runLine(engine, '.detach')).errors[0]).toContain('q ends this one');
    expect((await runLine(engine, 'g')).errors[0]).toContain('needs a live target');
  });
});

describe.skipIf(!hasCorpus)('several dumps', () => {
  const notepad = hasCorpus
    ? corpusFile('public/dumps/google_notepad-64bit-712b1f_x64_win7.dmp.gz')
    : undefined;

  async function openBoth() {
    const host = openingHost(false);
    const engine = await Engine.open(source(SAMPLE), host.host);
    const { lines, errors } = await runLine(engine, `.opendump ${notepad}; g`);
    expect(errors).toEqual([]);
    expect(lines.slice(1, 2)).toEqual([expect.stringMatching(/^Loading Dump File \[.*notepad.*\]$/)]);
    expect(lines.at(-1)).toMatch(/^Opened '.*notepad.*'$/);
    return { engine, host };
  }

  it('are numbered as they are opened; the last is in effect, and the prompt says which', async () => {
    const { engine } = await openBoth();
    expect(engine.prompt()).toBe('||1:1:001>');
    const { lines, data } = await runLine(engine, '||');
    expect(lines).toEqual([
      '   0 Full memory user mini dump: sample.dmp',
      expect.stringMatching(/^\. {2}1 User mini dump: google_notepad/),
    ]);
    expect(data).toMatchObject({
      systems: [
        { index: 0, current: false },
        { index: 1, current: true },
      ],
    });
    expect((await runLine(engine, '|')).lines.map((l) => l.split('\t').at(-1))).toEqual([
      'name: cart.exe',
      'name: notepad.exe',
    ]);
    expect((await runLine(engine, 'vertarget')).lines[0]).toContain('x64');
    const place = await runLine(engine, '||0s; ? @$dsid; vertarget; |1s; ? @$dpid');
    expect(place.lines[0]).toBe('cart!UpdateTotal+0x9:');
    expect(place.lines).toContain('Evaluate expression: 0 = 00000000');
    expect(place.lines).toContainEqual(expect.stringContaining('x86 compatible'));
    expect(place.lines.at(-1)).toBe('Evaluate expression: 1 = 00000000`00000001');
    expect((await runLine(engine, '||5s')).errors).toEqual(["Illegal system error at '5'"]);
  });

  it('share pseudo-registers, aliases, settings and the log, not the thread', async () => {
    const { engine, host } = await openBoth();
    await runLine(engine, '.logopen all.log; r $t3 = 77; aS Who notepad; n 10; rm 1; ||0s; ~0s');
    expect((await runLine(engine, '? @$t3; .echo Who; rm; n')).lines).toEqual([
      'Evaluate expression: 119 = 00000077',
      'notepad',
      'Register output mask is 1:',
      '       1 - Integer state (32-bit)',
      'base is 10',
    ]);
    await runLine(engine, '||1s; .logclose');
    const log = host.outputFiles.text('all.log');
    expect(log).toContain('||1:1:001> r $t3 = 77');
    expect(log).toContain('||0:0:000> ? @$t3');
    expect(log).toContain('||0:0:000> ||1s');
  });

  it('are sessions of dx, and one is switched to there', async () => {
    const { engine } = await openBoth();
    const dx = async (line: string) => {
      const { data, errors } = await runLine(engine, `dx ${line}`);
      expect(errors).toEqual([]);
      return data as unknown as DxData;
    };
    const titles = [
      { name: '[0x0]', value: '32-bit user full dump: sample.dmp' },
      { name: '[0x1]', value: expect.stringMatching(/^64-bit user mini dump: google_notepad/) as unknown },
    ];
    expect((await dx('Debugger.Sessions')).children).toMatchObject(titles);
    expect(await dx('Debugger.Sessions.Count()')).toMatchObject({ value: '0x2' });
    expect(await dx('@$curprocess.Name')).toMatchObject({ value: 'notepad.exe' });
    expect((await runLine(engine, 'dx Debugger.Sessions')).lines[1]).toMatch(/ \[Switch To\]$/);

    expect(await dx('Debugger.Sessions[0].SwitchTo()')).toMatchObject({ value: 'true' });
    expect(engine.prompt()).toBe('||0:0:000>');
    expect(await dx('@$curprocess.Name')).toMatchObject({ value: 'cart.exe' });
    expect(await dx('@$cursession.Id')).toMatchObject({ value: '0x0' });
    expect((await dx('Debugger.Sessions')).children).toMatchObject(titles);
    await dx('Debugger.Sessions.Where(s => s.Id != @$cursession.Id).First().SwitchTo()');
    expect(engine.prompt()).toBe('||1:1:001>');
    expect((await runLine(engine, 'dx Debugger.Sessions[5]')).errors[0]).toContain('no element has this key');
  });

  it('hide what is personal in each, those that are opened later too', async () => {
    const engine = await Engine.open(source(SAMPLE), openingHost(true).host);
    const lab = corpusFile('lab/x86-static-O0/privrw.dmp.gz');
    expect((await runLine(engine, `.opendump ${lab}`)).errors).toEqual([]);
    const { lines } = await runLine(engine, '!envvar COMPUTERNAME');
    expect(lines[0]).toMatch(/COMPUTERNAME = <value>$/);
  });

  it('are closed one by one, and the others keep their numbers', async () => {
    const { engine, host } = await openBoth();
    await runLine(engine, `.opendump ${SAMPLE}; ||1s`);
    expect(host.openFiles.size).toBe(2);
    expect((await runLine(engine, '.detach')).lines).toEqual(['Detached']);
    expect(host.openFiles).toEqual(new Set([SAMPLE]));
    expect(engine.prompt()).toBe('||0:0:000>');
    expect((await runLine(engine, '||')).lines.map((l) => l.slice(0, 4))).toEqual(['.  0', '   2']);
    await runLine(engine, '||2s; .detach');
    expect(engine.prompt()).toBe('0:000>');
  });

  it('say what could not be opened, and stay where they were', async () => {
    const { engine, host } = await openBoth();
    const before = host.openFiles.size;
    expect((await runLine(engine, '.opendump nosuch.dmp')).errors).toEqual([
      'Could not open dump file [nosuch.dmp]: no such file',
    ]);
    const text = resolve(import.meta.dirname, 'systems.test.ts');
    expect((await runLine(engine, `.opendump ${text}`)).errors[0]).toContain('not a minidump');
    expect(host.openFiles.size).toBe(before);
    expect(engine.prompt()).toBe('||1:1:001>');
    expect((await runLine(engine, '.opendump')).errors[0]).toContain('needs the name');
  });
});

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../../core/bytes/index.ts';
import { allCommands, Engine } from '../../../core/engine/index.ts';
import { Registry } from '../../../core/engine/registry.ts';
import { answeredCommands } from '../../../core/commands/answered/index.ts';
import { hasCorpus, sharedJson } from '../../corpus.ts';
import { fakeTarget } from '../memory/fakeTarget.ts';
import { TestSession } from '../memory/openSession.ts';
import { openLab } from '../openLab.ts';
import { openEngine, runLine } from '../runLine.ts';

const SAMPLE = resolve(import.meta.dirname, '../../../dumps/sample.dmp');

function openSample(): Promise<Engine> {
  return Engine.open(new BufferSource(readFileSync(SAMPLE), 'sample.dmp'));
}

describe('commands with nothing to do on a dump', () => {
  it('succeed with a sentence where scripts begin with them', async () => {
    const engine = await openSample();
    for (const line of ['.cls', '.prefer_dml 1', '.prefer_dml 0', '.noversion', '.beep', 'sq']) {
      const { lines, errors } = await runLine(engine, line);
      expect([lines, errors]).toEqual([[expect.stringMatching(/^\S+ \w/)], []]);
    }
    expect((await runLine(engine, '.cls')).lines).toEqual([
      '.cls clears the window in the app; here the output stays',
    ]);
  });

  it('fail with a sentence where a person waits for something', async () => {
    const engine = await openSample();
    const expected: readonly (readonly [string, string])[] = [
      ['.load sos.dll', '.NET runtime'],
      ['.loadby sos clr', '.NET runtime'],
      ['.load C:\\x\\mine.dll', 'cannot load mine'],
      ['.scriptload a.js', 'JavaScript'],
      ['.scriptrun a.js', 'JavaScript'],
    ];
    for (const [line, text] of expected) {
      const { errors, lines } = await runLine(engine, line);
      expect(errors).toEqual([expect.stringContaining(text)]);
      expect(lines).toHaveLength(1);
    }
  });

  it('are known to .help, and none hides a command that works', () => {
    const registry = new Registry(allCommands);
    for (const command of answeredCommands) expect(registry.get(command.name)).toBe(command);
  });

  it('lists the libraries whose commands are built in; loading one of them is done', async () => {
    const engine = await openSample();
    const { lines } = await runLine(engine, '.chain');
    for (const library of ['ext', 'exts', 'ntsdexts', 'uext', 'wow64exts', 'stillframe'])
      expect(lines).toContainEqual(
        expect.stringMatching(`^    ${library}: built in, API 1.0.0, \\d+ command`),
      );
    expect((await runLine(engine, '.extmatch /e uext *')).lines).toEqual([
      '!findstack',
      '!runaway',
      '!uniqstack',
      '!vadump',
      '!vprot',
    ]);
    for (const line of ['.load wow64exts', '.load "C:\\dbg\\ext.dll"', '.unload exts.dll', '.unloadall'])
      expect(await runLine(engine, line)).toMatchObject({ lines: [], errors: [] });
  });

  it('are refused by what they are for', async () => {
    const engine = await openSample();
    for (const [line, text] of [
      ['!cxr 1', 'use .cxr'],
      ['.server tcp:port=1', 'remote'],
      ['.bpcmds', 'live target'],
      ['up 1000', 'physical memory'],
      ['ur 1000', 'real-mode'],
    ] as const)
      expect((await runLine(engine, line)).errors).toEqual([expect.stringContaining(text)]);
  });
});

describe('extensions and comments', () => {
  it('.chain and .extmatch list what is built in', async () => {
    const engine = await openSample();
    const { lines } = await runLine(engine, '.chain');
    expect(lines[0]).toBe('Extension DLL search Path:');
    expect(lines.at(-1)).toMatch(/^ {4}stillframe: built in/);
    expect((await runLine(engine, '.extmatch he*')).lines).toEqual(['!heap']);
    expect((await runLine(engine, '.extmatch /D *hk*')).lines).toContain('!chkimg');
    expect((await runLine(engine, 'vercommand')).lines[0]).toContain('sample.dmp');
    expect((await runLine(engine, '.echotime')).lines[0]).toMatch(/^Current time: \w{3} \w{3} \d\d \d{4} /);
  });

  it('$$ ends at a semicolon, * at the end of the line', async () => {
    const engine = await openSample();
    expect((await runLine(engine, '$$ nothing; .echo shown')).lines).toEqual(['shown']);
    expect((await runLine(engine, '* nothing; .echo hidden')).lines).toEqual([]);
  });
});

describe('pointers that are followed, by their size', () => {
  it('dda, ddu and ddp', async () => {
    const text = Buffer.from('ab').toString('hex');
    const wide = Buffer.from('xy', 'utf16le').toString('hex');
    const s = new TestSession(
      fakeTarget({
        memory: { '0x1000': '0020000000300000', '0x2000': `${text}00`, '0x3000': `${wide}0000` },
      }),
    );
    expect(await s.lines('dda 1000 L1')).toEqual(['00001000  00002000 "ab"']);
    expect(await s.lines('ddu 1004 L1')).toEqual(['00001004  00003000 "xy"']);
    expect(await s.lines('ddp 1004 L1')).toEqual(['00001004  00003000 00790078']);
  });
});

describe.skipIf(!hasCorpus)('contexts and views', () => {
  it('!wow64exts.sw goes to the other view and back', async () => {
    const engine = await openEngine('public/dumps/llvm_fizzbuzz-wow64-26d926_x64wow64_win7.dmp.gz');
    const before = engine.prompt();
    expect((await runLine(engine, '!wow64exts.sw')).lines).toEqual(['Switched to 32bit mode']);
    expect(engine.prompt()).toBe('0:000:x86>');
    expect((await runLine(engine, '!wow64exts.sw')).lines).toEqual(['Switched to Host mode']);
    expect(engine.prompt()).toBe(before);
  });

  it('.cxr resets what .ecxr chose, and says what is not there', async () => {
    const engine = await openLab('x86-crash-av-write-null', 'privrw', { fresh: true });
    const own = (await runLine(engine, 'r eip')).lines;
    const { lines } = await runLine(engine, '.ecxr');
    expect(lines[1]).toMatch(/^eip=/);
    expect((await runLine(engine, 'r eip')).lines[0]).toContain(
      (/eip=([0-9a-f]+)/.exec(lines[1] ?? '') ?? [])[1],
    );
    await runLine(engine, '.cxr');
    expect((await runLine(engine, 'r eip')).lines).toEqual(own);
    expect((await runLine(engine, '.cxr 10')).errors).toHaveLength(1);
  });
});

describe.skipIf(!hasCorpus)('!heap -v', () => {
  it('finds every heap of a sound process without errors', async () => {
    const { lines } = await runLine(await openLab('x86-static-O0'), '!heap -v');
    const { process_heaps: heaps } = sharedJson<{ readonly process_heaps: readonly string[] }>(
      'corpus/lab/x86-static-O0/truth.json.gz',
    );
    expect(lines).toHaveLength(heaps.length);
    for (const line of lines) expect(line).toMatch(/^Heap [0-9a-f]{8}: no errors in \d+ blocks$/);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../../core/bytes/index.ts';
import { Minidump } from '../../../core/minidump/index.ts';
import { MACHINES } from '../../../core/target/index.ts';
import { corpusFile, hasCorpus, sharedJson } from '../../corpus.ts';
import { fakeSymbols, fakeTarget, type FakeProcess } from '../memory/fakeTarget.ts';
import { TestSession } from '../memory/openSession.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

function session(process: FakeProcess): TestSession {
  return new TestSession(fakeTarget(process), { symbols: fakeSymbols(process) });
}

describe('what s prints', () => {
  // expected lines: the debugger's documentation and public logs
  it('a hit as the type shows memory', async () => {
    const h = '48 00 00 00 00 00 00 00 63 01 0c 50 00 00 00 00';
    const s = session({ machine: MACHINES.x64, memory: { '0x3fff07ec00': h } });
    expect(await s.lines("s -d 3fff07ec00 L10 'H'")).toEqual([
      '0000003f`ff07ec00  00000048 00000000 500c0163 00000000  H.......c..P....',
    ]);
    expect(await s.lines('s -q 3fff07ec00 L10 48')).toEqual([
      '0000003f`ff07ec00  00000000`00000048 00000000`500c0163',
    ]);
    expect(await s.lines('s -[1]b 3fff07ec00 L?10 63 1')).toEqual(['0x0000003f`ff07ec08']);
    const note = session({ memory: { '0xab2936': '4e006f007400650070006100640000 00' } });
    expect(await note.lines('s -u 0xab2930 0xab3000 "Note"')).toEqual([
      '00ab2936  004e 006f 0074 0065 0070 0061 0064 0000  N.o.t.e.p.a.d...',
    ]);
  });

  it('the documentation’s three ways to find Hello', async () => {
    const s = session({
      memory: { '0x12ff40': `0000 ${Buffer.from('Hello').toString('hex')} 00000000000000 0000` },
    });
    const found = ['0012ff42  48 65 6c 6c 6f 00 00 00-00 00 00 00 00 00 ?? ??  Hello.........??'];
    expect(await s.lines("s 0012ff40 L10 'H' 'e' 'l' 'l' 'o'")).toEqual(found);
    expect(await s.lines('s 0012ff40 L10 48 65 6c 6c 6f')).toEqual(found);
    expect(await s.lines('s -a 0012ff40 L10 "Hello"')).toEqual(found);
  });

  it('overlapping hits; whole within the range only; numbers at multiples of their size from its start', async () => {
    const s = session({ memory: { '0x1000': '51 51 51 51 51 00 00 00' } });
    expect(await s.lines('s -[1]a 1000 L8 QQQ')).toEqual(['0x00001000', '0x00001001', '0x00001002']);
    expect(await s.lines('s -[1]a 1000 L4 QQQ')).toEqual(['0x00001000', '0x00001001']);
    expect(await s.lines('s -[1]w 1001 L7 5151')).toEqual(['0x00001001', '0x00001003']);
  });

  it('printable strings, across pages that lie apart in the dump too', async () => {
    const s = session({ memory: { '0xffd': '416200', '0x1000': '4c 6f 6e 67', '0x1004': '65 72 00 41 00' } });
    expect(await s.lines('s -sa ff0 L20')).toEqual(['00001000  "Longer"']);
    expect(await s.lines('s -[l2]sa ff0 L20')).toEqual(['00000ffd  "Ab"', '00001000  "Longer"']);
    const wide = session({ memory: { '0x2001': '00 41 00 42', '0x2005': '00 43 00 00 00' } });
    expect(await wide.lines('s -su 2000 L20')).toEqual(['00002002  "ABC"']);
  });

  it('keeps hits, says when it cannot keep all, and looks at them again', async () => {
    const s = session({ memory: { '0x1000': '41 42 00 41 43 00 41 42' } });
    const first = await s.lines('s -[s1n2]b 1000 L8 41');
    expect(first).toEqual(['0x00001000', '0x00001003', '0x00001006', 'Overflow error: 2 of 3 hits are kept']);
    expect(await s.lines('s -[1r]b 0 L1 41 42')).toEqual(['0x00001000']);
    expect(await s.lines('s -[1rl2]sa 0 L1')).toEqual(['0x00001000', '0x00001003']);
  });

  it.each([
    ['s', 'no range'],
    ['s 1000 L8', 'something to search for'],
    ['s -x 1000 L8 1', 'not'],
    ['s -[rs]b 1000 L8 1', 'one at a time'],
    ['s -b 1000 L8 123', 'Overflow'],
    ['s -b 0 L20000000 1', 'Range error'],
    ['s -a 1000 L8 \u2603', 'code page'],
  ])('%s says what is wrong', async (line, message) => {
    await expect(session({ memory: { '0x1000': '41' } }).lines(line)).rejects.toThrow(message);
  });
});

interface Truth {
  readonly needle_xor5a: string;
  readonly needles: readonly { readonly addr: string; readonly wide: boolean }[];
  readonly vftables: Readonly<Record<string, string>>;
  readonly globals: readonly { readonly name: string; readonly address: string; readonly value: string }[];
}

describe.skipIf(!hasCorpus)('s on a real process', () => {
  const truth = hasCorpus ? sharedJson<Truth>('corpus/lab/x64-dll-O0/truth.json.gz') : undefined;

  function addresses(lines: readonly string[]): string[] {
    return lines.map((line) => `0x${BigInt(line.replace('`', '')).toString(16)}`);
  }

  it('finds what the process says it put where, in both widths, in all memory', async () => {
    const engine = await openLab('x64-dll-O0', 'full');
    const text = truth?.needle_xor5a.split('(')[0]?.replace(/\s/g, '') ?? '';
    for (const wide of [false, true]) {
      const { lines, data } = await runLine(engine, `s -[1]${wide ? 'u' : 'a'} 0 L?7fffffffffff "${text}"`);
      const wanted = truth?.needles.filter((n) => n.wide === wide).map((n) => n.addr) ?? [];
      expect(wanted.length).toBeGreaterThan(0);
      expect(addresses(lines)).toEqual(expect.arrayContaining(wanted));
      expect(data).toMatchObject({ count: lines.length, truncated: false });
    }
  });

  it('finds as many as a search of the file’s memory does', async () => {
    const engine = await openLab('x64-dll-O0', 'full');
    const file = readFileSync(corpusFile('lab/x64-dll-O0/full.dmp.gz'));
    const needle = Buffer.from('HeapAlloc');
    const ranges = Minidump.open(new BufferSource(file, 'full.dmp')).memory;
    const wanted: string[] = [];
    for (let i = 0; i < ranges.count; i++) {
      const bytes = file.subarray(ranges.fileOffset(i), ranges.fileOffset(i) + ranges.size(i));
      for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + 1))
        wanted.push(`0x${(ranges.start(i) + BigInt(at)).toString(16)}`);
    }
    const { lines } = await runLine(engine, 's -[1]a 0 L?7fffffffffff "HeapAlloc"');
    expect(addresses(lines)).toEqual(wanted);
  });

  it('finds objects by the class of one of them, and shows them as dt does', async () => {
    const engine = await openLab('x64-dll-O0', 'full');
    const circle = truth?.globals.find((g) => g.name === 'g_circle');
    // a global that points to it says which object is meant
    const { lines, data } = await runLine(engine, `s -v 0 L?7fffffffffff ${circle?.address}`);
    expect(lines[0]).toMatch(/^0x[0-9a-f`]{17} RuntimeTest!shapes::Circle$/);
    expect(lines.join('\n')).toContain('__VFN_table');
    expect(data).toMatchObject({ class: 'RuntimeTest!shapes::Circle', hits: [{ address: circle?.value }] });
  });

  it('searches writeable memory alone when told to', async () => {
    const engine = await openLab('x64-dll-O0', 'full');
    const all = await runLine(engine, 's -[1]a RuntimeTest L?11000 "RuntimeDll.dll"');
    const writeable = await runLine(engine, 's -[1w]a RuntimeTest L?11000 "RuntimeDll.dll"');
    expect([all.lines.length > 0, writeable.lines]).toEqual([true, []]);
  });

  it('shows the first hits before it is through, and stops when told to', async () => {
    const engine = await openLab('x64-dll-O0', 'full');
    const stop = new AbortController();
    let lines = 0;
    const results = await engine.execute(
      's -b 0 L?7fffffffffff 0',
      { line: () => ++lines === 100 && stop.abort() },
      stop.signal,
    );
    expect(results[0]?.error?.code).toBe('cancelled');
    expect(lines).toBeLessThan(1_000_000);
  });
});

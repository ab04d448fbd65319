import { describe, expect, it } from 'vitest';
import { Cancelled } from '../../../core/errors/index.ts';
import { Pace } from '../../../core/commands/index.ts';
import { MACHINES } from '../../../core/target/index.ts';
import { fakeSymbols, fakeTarget, type FakeProcess } from './fakeTarget.ts';
import { TestSession } from './openSession.ts';

function session(process: FakeProcess): TestSession {
  return new TestSession(fakeTarget(process), { symbols: fakeSymbols(process) });
}

function ascii(text: string): string {
  return Buffer.from(text, 'latin1').toString('hex');
}

function utf16(text: string): string {
  return Buffer.from(text, 'utf16le').toString('hex');
}

/** `value` as little-endian bytes. */
function le(value: bigint, size: 4 | 8): string {
  return (Buffer.from(value.toString(16).padStart(size * 2, '0'), 'hex').reverse() as Buffer).toString('hex');
}

// the expected lines are real output of the debugger, from public logs, unless a comment says otherwise
describe('the layout of d*', () => {
  it('db: short row, characters in their column', async () => {
    const s = session({ memory: { '0x131f7c0': '98 09 00 00 1e 00 00 00' } });
    expect(await s.lines('db 0x0131f7c0 L8')).toEqual([
      '0131f7c0  98 09 00 00 1e 00 00 00                          ........',
    ]);
  });

  it('db: hyphen, unreadable bytes', async () => {
    const s = session({ machine: MACHINES.x64, memory: { '0x100': '00' } });
    expect(await s.lines('db 0000021c`c85ac030 L10')).toEqual([
      '0000021c`c85ac030  ?? ?? ?? ?? ?? ?? ?? ??-?? ?? ?? ?? ?? ?? ?? ??  ????????????????',
    ]);
  });

  it('dc: characters of a row that is there in part', async () => {
    const s = session({ memory: { '0x3064ff8': utf16('aaa\0') } });
    expect(await s.lines('dc 03064ff8 L4')).toEqual([
      '03064ff8  00610061 00000061 ???????? ????????  a.a.a...????????',
    ]);
  });

  it('dw and dW', async () => {
    const s = session({ memory: { '0x843918': utf16('w00tw00t') } });
    const words = '00843918  0077 0030 0030 0074 0077 0030 0030 0074';
    expect(await s.lines('dw 00843918 L8')).toEqual([words]);
    expect(await s.lines('dW 00843918 L8')).toEqual([`${words}  w.0.0.t.w.0.0.t.`]);
  });

  it('df', async () => {
    const s = session({
      machine: MACHINES.x64,
      memory: { '0x403098': '00000000 00007f43 00000000 00007f43' },
    });
    expect(await s.lines('df 403098 L4')).toEqual([
      '00000000`00403098                 0              255                0              255',
    ]);
    // own layout
    expect(await s.lines('df 4030a4 L2')).toEqual(['00000000`004030a4               255         ????????']);
  });

  it('dyb', async () => {
    const s = session({ memory: { '0x984ad38': ascii('Per fare seg') } });
    expect(await s.lines('dyb 0x0984ad38 Lc')).toEqual([
      '          76543210 76543210 76543210 76543210',
      '          -------- -------- -------- --------',
      '0984ad38  01010000 01100101 01110010 00100000  50 65 72 20',
      '0984ad3c  01100110 01100001 01110010 01100101  66 61 72 65',
      '0984ad40  00100000 01110011 01100101 01100111  20 73 65 67',
    ]);
  });

  it('dyd shows the bits of a word from the highest down', async () => {
    const s = session({ memory: { '0x1000': le(0x80018001n, 4) } });
    expect((await s.lines('dyd 1000 L2')).slice(-2)).toEqual([
      '00001000  10000000 00000001 10000000 00000001  80018001',
      '00001004  ???????? ???????? ???????? ????????  ????????',
    ]);
  });

  it('du: 32 characters a row', async () => {
    const path = 'C:\\Program Files\\Microsoft Office\\root\\Office16\\excelcnv.exe.config';
    const s = session({ machine: MACHINES.x64, memory: { '0x183d0d8ddb0': utf16(`${path}\0more`) } });
    expect(await s.lines('du 183`d0d8ddb0')).toEqual([
      '00000183`d0d8ddb0  "C:\\Program Files\\Microsoft Offic"',
      '00000183`d0d8ddf0  "e\\root\\Office16\\excelcnv.exe.con"',
      '00000183`d0d8de30  "fig"',
    ]);
  });

  it('da: periods for what cannot be printed, question marks for what is missing', async () => {
    const s = session({ memory: { '0x61ed08': 'e4bda0e5a5bd', '0x2000': ascii('abc\0') } });
    expect(await s.lines('da 0x61ed08 L8')).toEqual(['0061ed08  "......??"']);
    expect(await s.lines('da 2003')).toEqual(['00002003  ""']);
    // twelve rows of 32 when no length is given
    const rows = await s.lines('da 0');
    expect(rows).toHaveLength(12);
    expect(rows[11]).toBe(`00000160  "${'?'.repeat(32)}"`);
    expect((await s.run('da 0')).data).toMatchObject({ text: null });
  });

  it('dS and ds', async () => {
    const s = session({
      memory: {
        '0x77fc4710': `20002200${le(0x141ea0n, 4)}`,
        '0x141ea0': utf16('\\Windows\\ApiPort'),
        '0x1000': `03000400${le(0x2000n, 4)}`,
        '0x2000': '61 00 63',
      },
    });
    expect(await s.lines('dS 77fc4710')).toEqual(['00141ea0  "\\Windows\\ApiPort"']);
    expect(await s.lines('dS /c 9 77fc4710')).toEqual(['00141ea0  "\\Windows\\"', '00141eb2  "ApiPort"']);
    // the text is counted: a NUL within does not end it
    expect(await s.lines('ds 1000')).toEqual(['00002000  "a.c"']);
    await expect(s.run('dS 5000')).rejects.toThrow('memory at 0x5000 is not in the dump');
  });

  it('dps: symbols, source lines, unloaded modules', async () => {
    const s = session({
      memory: { '0x10010bc': le(0x01001210n, 4) + le(0x01001230n, 4) + le(0x557c5820n, 4) + le(8n, 4) },
      symbols: { '0x1001210': 'foo!DerivedOne::FuncOne', '0x1001230': 'foo!DerivedOne::FuncTwo+0x4' },
      lines: { '0x1001210': ['d:\\work\\foo\\main.cpp', 11] },
      unloaded: [{ name: 'LibUtils_CloudNs_3.dll', start: 0x55510000n, end: 0x557d0000n }],
    });
    expect(await s.lines('dps 0x010010bc l5')).toEqual([
      '010010bc  01001210 foo!DerivedOne::FuncOne [d:\\work\\foo\\main.cpp @ 11]',
      '010010c0  01001230 foo!DerivedOne::FuncTwo+0x4',
      '010010c4  557c5820 <Unloaded_LibUtils_CloudNs_3.dll>+0x2b5820',
      '010010c8  00000008',
      '010010cc  ????????',
    ]);
    expect((await s.run('dps 10010bc L1')).data?.rows).toEqual([
      {
        address: '0x10010bc',
        value: '0x1001210',
        symbol: 'foo!DerivedOne::FuncOne',
        source: { file: 'd:\\work\\foo\\main.cpp', line: 11 },
      },
    ]);
    expect(await s.lines('dds /c2 10010c4 L2')).toEqual([
      '010010c4  557c5820 <Unloaded_LibUtils_CloudNs_3.dll>+0x2b5820 00000008',
    ]);
  });

  it('dpu, dpa and dpp follow pointers', async () => {
    const s = session({
      memory: {
        '0x19e03c': le(0x292n, 4) + le(0x19e138n, 4) + le(0n, 4),
        '0x19e138': utf16('CLSID\\{2BB89983-7EE7-4EBF-858F-9B11D4BD07D6}\0'),
      },
      symbols: { '0x4c0043': 'app!Odd' },
    });
    expect(await s.lines('dpu 0019e03c L3')).toEqual([
      '0019e03c  00000292',
      '0019e040  0019e138 "CLSID\\{2BB89983-7EE7-4EBF-858F-9B11D4BD07D6}"',
      '0019e044  00000000',
    ]);
    expect(await s.lines('dpa 19e040 L1')).toEqual(['0019e040  0019e138 "C"']);
    expect(await s.lines('dpp 19e040 L2')).toEqual([
      '0019e040  0019e138 004c0043 app!Odd',
      '0019e044  00000000',
    ]);
  });

  it('dl', async () => {
    const link = (flink: bigint, blink: bigint): string => le(flink, 8) + le(blink, 8);
    const s = session({
      machine: MACHINES.x64,
      memory: {
        '0x200d15b0150': link(0x200d15b09b0n, 0x200d15b0af0n),
        '0x200d15b09b0': link(0x200d15b0870n, 0x200d15b0150n),
        '0x200d15b0870': link(0x7ff784135630n, 0x7ff784135638n),
        '0x7ff784135630': link(0n, 0x200d15b0870n),
      },
    });
    const rows = [
      '00000200`d15b0150  00000200`d15b09b0 00000200`d15b0af0',
      '00000200`d15b09b0  00000200`d15b0870 00000200`d15b0150',
      '00000200`d15b0870  00007ff7`84135630 00007ff7`84135638',
      '00007ff7`84135630  00000000`00000000 00000200`d15b0870',
    ];
    expect(await s.lines('dl 00000200d15b0150 f 2')).toEqual(rows);
    expect((await s.run('dl 200d15b0150 f 2')).data?.end).toBe('null');
    expect(await s.lines('dl 200d15b0150 2 2')).toEqual(rows.slice(0, 2));
    await expect(s.run('dl 0 fffffff 2')).rejects.toThrow('dl shows 1 to');
  });

  it('dl ends where a list runs into itself', async () => {
    const s = session({ memory: { '0x10': le(0x20n, 4), '0x20': le(0x30n, 4), '0x30': le(0x20n, 4) } });
    const { data } = await s.run('dl 10 1000 1');
    expect(data).toEqual({
      entries: [0x10, 0x20, 0x30].map((a, i) => ({
        address: `0x${a.toString(16)}`,
        words: [['0x20', '0x30', '0x20'][i]],
      })),
      end: 'loop',
    });
  });

  it('dg', async () => {
    const x86 = session({ registers: { cs: 0x1bn, fs: 0x53n }, teb: 0x33a000n });
    expect(await x86.lines('dg fs')).toEqual([
      '                                  P Si Gr Pr Lo',
      'Sel    Base     Limit     Type    l ze an es ng Flags',
      '---- -------- -------- ---------- - -- -- -- -- --------',
      '0053 0033a000 00000fff Data RW Ac 3 Bg By P  Nl 000004f3',
    ]);
    expect((await x86.lines('dg @cs')).at(-1)).toBe(
      '001B 00000000 ffffffff Code RE Ac 3 Bg Pg P  Nl 00000cfb',
    );
    const x64 = session({ machine: MACHINES.x64, registers: { cs: 0x33n } });
    expect(await x64.lines('dg 0x33')).toEqual([
      '                                                    P Si Gr Pr Lo',
      'Sel        Base              Limit          Type    l ze an es ng Flags',
      '---- ----------------- ----------------- ---------- - -- -- -- -- --------',
      '0033 00000000`00000000 00000000`00000000 Code RE Ac 3 Nb By P  Lo 000002fb',
    ]);
    // own words
    expect((await x64.lines('dg 8')).at(-1)).toBe('0008 Unable to get descriptor');
    expect(await x64.lines('dg 0 ffff')).toHaveLength(3 + 256);
  });
});

describe('the range of d*', () => {
  const s = session({
    memory: { '0x1000': '00112233445566778899aabbccddeeff'.repeat(40) },
    registers: { eip: 0x1000n },
  });

  it('begins at the instruction pointer, then where the last one ended', async () => {
    expect((await s.lines('db L2'))[0]).toMatch(/^00001000 {2}00 11 /);
    expect((await s.lines('dd L1'))[0]).toBe('00001002  55443322');
    expect(s.session.evaluator.pseudo('$p')).toBe(0x55443322n);
    // d repeats the last command with its own default count
    const rows = await s.lines('d');
    expect(rows).toHaveLength(8);
    expect(rows[0]).toBe('00001006  99887766 ddccbbaa 1100ffee 55443322');
    expect((await s.lines('d 1000 L1'))[0]).toBe('00001000  33221100');
    expect(await s.lines('dw /c 3 1000 L4')).toEqual(['00001000  1100 3322 5544', '00001006  7766']);
  });

  it.each([
    ['db', 8, 16],
    ['dw', 8, 8],
    ['dW', 8, 8],
    ['dd', 8, 4],
    ['dc', 8, 4],
    ['dp', 8, 4],
    ['dq', 8, 2],
    ['df', 4, 4],
    ['dD', 5, 3],
    ['dyb', 8, 4],
    ['dyd', 8, 1],
    ['dds', 32, 1],
    ['dqs', 16, 1],
  ])('%s shows %d rows of %d when no length is given', async (name, rows, columns) => {
    const { lines, data } = await s.run(`${name} 1000`);
    expect(lines.filter((line) => line.startsWith('0000')).length).toBe(rows);
    const numbers = (data?.values ?? data?.rows) as unknown[];
    expect(numbers).toHaveLength(rows * columns);
  });

  it.each([
    ['db 1000 L2 3', "Extra character error in '1000 L2 3'"],
    ['db /p 1000', 'a user-mode dump has no physical memory'],
    ['db /x 1000', "d* takes /c Columns, not '/x 1000'"],
    ['db /c 0 1000', '/c takes 1 to 1024 columns'],
    ['db 1000 L0', "Range error in '1000 L0'"],
    ['dg', 'dg takes a selector'],
    ['dl', 'dl takes an address, a number of elements and a number of words of each'],
  ])('%s is refused', async (line, message) => {
    await expect(s.run(line)).rejects.toThrow(message);
  });

  it('stops when it is told to, however long the range', async () => {
    const stop = new AbortController();
    const reported: number[] = [];
    const pace = new Pace(stop.signal, ({ done }) => {
      reported.push(done);
      stop.abort();
    });
    await expect(s.run('db 0 L?ffffff', pace)).rejects.toThrow(Cancelled);
    expect(reported).toHaveLength(1);
  });

  it('gives a bounded number of values as data', async () => {
    const big = s.session.target.memory;
    expect(big.available(0x1000n, 1)).toBe(1);
    const { data } = await s.run('dd 0 L20000');
    expect(data).toMatchObject({ count: 0x20000, truncated: true });
    expect(data?.values).toHaveLength(0x10000);
  });
});

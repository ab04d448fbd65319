import { describe, expect, it } from 'vitest';
import { MACHINES } from '../../../core/target/index.ts';
import { fakeTarget } from '../memory/fakeTarget.ts';
import { TestSession } from '../memory/openSession.ts';

const wide = (text: string): string => Buffer.from(text, 'utf16le').toString('hex');

describe('counted strings', () => {
  const s = new TestSession(
    fakeTarget({
      machine: MACHINES.x64,
      memory: {
        '0x1000': '0500 0600 00000000 0030000000000000',
        '0x1100': '0a00 0c00 00000000 0040000000000000',
        '0x1200': '0a00 0c00 00000000 0050000000000000',
        '0x1300': '00000000 05000000 00000000 00000000 0040000000000000',
        '0x3000': Buffer.from('Hello').toString('hex'),
        '0x4000': wide('World'),
        '0x5000': wide('Wo'),
      },
    }),
  );

  it('!str and !ustr', async () => {
    expect(await s.lines('!str 1000')).toEqual(['String(5,6) at 00003000: Hello']);
    expect(await s.lines('!ustr 1100')).toEqual(['String(10,12) at 00004000: World']);
    expect(await s.lines('!ustr 1200')).toEqual([
      'String(10,12) at 00005000: Wo <the rest is not in the dump>',
    ]);
    await expect(s.lines('!str')).rejects.toThrow('wants the address');
  });

  it('!hstring and !hstring2', async () => {
    expect(await s.lines('!hstring 1300')).toEqual(['"World"']);
    expect((await s.lines('!hstring2 1300')).slice(1)).toEqual([
      '  flags  : 0x0',
      '  length : 5',
      '  buffer : 0x4000',
      '"World"',
    ]);
    expect(await s.lines('!hstring 0')).toEqual(['Empty string (HSTRING is null)']);
  });
});

describe('small commands on memory', () => {
  const s = new TestSession(fakeTarget({ memory: { '0x1000': '01020304', '0x2000': '0102ff04 ff' } }));

  it('c shows where two ranges differ', async () => {
    const { lines, data } = await s.run('c 1000 L5 2000');
    expect(lines).toEqual(['00001002  03 - 00002002  ff', '00001004  ?? - 00002004  ff']);
    expect(data).toMatchObject({ count: 2, truncated: false });
  });

  it('!bitcount and !filetime', async () => {
    expect(await s.lines('!bitcount 1000 0n32')).toEqual(['5 bits are set of 32 (0x5 of 0x20)']);
    // 2000-01-01 00:00:00 UTC
    expect((await s.lines('!filetime 0x1bf53eb256d4000'))[0]).toContain('Sat Jan  1 00:00:00.000 2000');
  });
});

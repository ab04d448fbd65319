import { describe, expect, it } from 'vitest';
import { fakeTarget } from '../memory/fakeTarget.ts';
import { TestSession } from '../memory/openSession.ts';

const MEMORY = { '0x1000': '000102030405060708090a0b0c0d0e0f', '0x2000': '0001ff0304050607' };

describe('.holdmem', () => {
  it('saves ranges, lists them, and compares others with their content', async () => {
    const session = new TestSession(fakeTarget({ memory: MEMORY }));
    expect((await session.run('.holdmem -o')).lines).toEqual(['No memory ranges are saved']);
    expect((await session.run('.holdmem -a 1000 L8')).lines).toEqual([]);
    await session.run('.holdmem -a 1004 1007');
    expect((await session.run('.holdmem -o')).lines).toEqual([
      '00001000-00001007  8 bytes',
      '00001004-00001007  4 bytes',
    ]);
    const { lines, data } = await session.run('.holdmem -c 2000 L8');
    expect(lines).toEqual([
      'Saved 00001000-00001007: 1 bytes differ',
      '00001002  02 - 00002002  ff',
      'Saved 00001004-00001007: 4 bytes differ, lengths differ by 4 bytes',
      '00001004  04 - 00002000  00',
      '00001005  05 - 00002001  01',
      '00001006  06 - 00002002  ff',
      '00001007  07 - 00002003  03',
    ]);
    expect(data).toMatchObject({ compared: [{ differingBytes: 1 }, { uncomparedBytes: 4 }] });
    expect((await session.run('.holdmem -c 1000 L8')).lines[0]).toBe(
      'Saved 00001000-00001007: no differences',
    );
  });

  it('forgets what holds an address, what overlaps a range, or all', async () => {
    const session = new TestSession(fakeTarget({ memory: MEMORY }));
    for (const range of ['1000 L4', '1004 L4', '1008 L4']) await session.run(`.holdmem -a ${range}`);
    await session.run('.holdmem -d 1005');
    expect((await session.run('.holdmem -o')).lines.map((l) => l.slice(0, 8))).toEqual([
      '00001000',
      '00001008',
    ]);
    await session.run('.holdmem -d 1003 1008');
    expect((await session.run('.holdmem -o')).lines).toEqual(['No memory ranges are saved']);
    await session.run('.holdmem -a 1000 L10');
    await session.run('.holdmem -D');
    expect((await session.run('.holdmem -c 1000 L1')).lines).toEqual(['No memory ranges are saved']);
  });

  it.each(['-a 3000', '-a 1008 L10', '', '-x', '-a'])('refuses %j', async (args) => {
    await expect(new TestSession(fakeTarget({ memory: MEMORY })).run(`.holdmem ${args}`)).rejects.toThrow(
      /not in the dump|takes -a|needs a range/,
    );
  });
});

import { describe, expect, it } from 'vitest';
import { ValueFinder } from '../../../core/commands/heap/valueFinder.ts';
import { HeapMemory } from '../../heap/heapMemory.ts';

const START = 0x10000;

/** How often a search of the whole block looks at the clock, and what it finds. */
async function find(
  memory: HeapMemory,
  [value, size]: readonly [bigint, 1 | 2 | 4 | 8],
  user: number,
  length: number,
): Promise<{ small: number | undefined; any: number; looks: number }> {
  const finder = new ValueFinder(memory, value, size);
  let looks = 0;
  const pace = { due: () => ++looks < 0, rest: () => Promise.resolve() };
  const small = finder.inSmall(user, length);
  return { small, any: await finder.inAny(user, length, pace), looks };
}

describe('a value in a block', () => {
  it('counts at multiples of its size from the start of the block', async () => {
    const memory = new HeapMemory();
    memory.map(START, 0x1000).put(START + 0x14, 4, 0x12345678);
    expect(await find(memory, [0x12345678n, 4], START + 4, 0x40)).toMatchObject({ small: 0x10, any: 0x10 });
    expect(await find(memory, [0x12345678n, 4], START + 2, 0x40)).toMatchObject({ small: -1, any: -1 });
    expect(await find(memory, [0x12345678n, 8], START + 4, 0x40)).toMatchObject({ small: 0x10, any: 0x10 });
    expect(await find(memory, [0x1234n, 2], START + 4, 0x40)).toMatchObject({ small: 0x12, any: 0x12 });
    expect(await find(memory, [0x34n, 1], START + 4, 0x12)).toMatchObject({ small: -1, any: -1 });
    expect(await find(memory, [0n, 8], START, 7)).toMatchObject({ small: -1, any: -1 });
  });

  it('is found behind a hole', async () => {
    const memory = new HeapMemory();
    memory.map(START, 0x3000).put(START + 0x2008, 8, 0xabcdef);
    memory.unmap(START + 0x1000, START + 0x2000);
    expect(await find(memory, [0xabcdefn, 8], START, 0x3000)).toEqual({
      small: undefined,
      any: 0x2008,
      looks: 1,
    });
  });

  it('is looked for in memory that is there, whatever length a damaged heap claims', async () => {
    const memory = new HeapMemory();
    memory.map(START, 0x100000);
    const { small, any, looks } = await find(memory, [1n, 8], START, 2 ** 52);
    expect([small, any]).toEqual([undefined, -1]);
    expect(looks).toBeLessThan(10);
  });
});

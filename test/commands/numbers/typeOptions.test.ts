import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../core/engine/index.ts';
import { hasCorpus } from '../../corpus.ts';
import { openLab } from '../openLab.ts';
import { runLine } from '../runLine.ts';

describe.skipIf(!hasCorpus)('.typeopt', () => {
  let engine: Engine;
  const run = async (line: string): Promise<readonly string[]> => (await runLine(engine, line)).lines;

  beforeAll(async () => {
    engine = await openLab('x86-static-O0', 'privrw', { fresh: true });
  });
  afterEach(async () => {
    await run('.typeopt -f; n 16');
  });

  it('shows signed numbers in the default radix: in ??, dt, dv and x', async () => {
    const plain = ['?? RuntimeTest!g_numbers[6]', 'dt RuntimeTest!g_outer anon_a', 'x RuntimeTest!g_big'];
    expect((await run('?? RuntimeTest!g_numbers[6]'))[0]).toBe('int 0n13');
    expect((await run('dt RuntimeTest!g_outer anon_a'))[0]).toContain(' : 0n4097');
    await run('.typeopt +radix');
    const shown = await Promise.all(plain.map(async (line) => (await run(line))[0]));
    expect(shown[0]).toBe('int 0xd');
    expect(shown[1]).toContain(' : 0x1001');
    // -1234567890123456789 in 64 bits
    expect(shown[2]).toMatch(/ = 0xeeddef0b82167eeb$/);
    await run('n 10');
    expect((await run('?? RuntimeTest!g_numbers[6]'))[0]).toBe('int 0n13');
    expect((await run('dt RuntimeTest!g_outer anon_a'))[0]).toContain(' : 0n4097');
    await run('n 8');
    expect((await run('?? RuntimeTest!g_numbers[0n6]'))[0]).toBe('int 0t15');
  });

  it('+longst does so for those of 32 bits alone', async () => {
    await run('.enable_long_status 1');
    expect(await run('.typeopt')).toContain('     2/longst - Display long as unsigned in the default radix');
    expect((await run('dt RuntimeTest!g_outer anon_a'))[0]).toContain(' : 0x1001');
    expect((await run('x RuntimeTest!g_big'))[0]).toMatch(/ = 0n-1234567890123456789$/);
    await run('.enable_long_status 0');
    expect((await run('dt RuntimeTest!g_outer anon_a'))[0]).toContain(' : 0n4097');
  });

  it('+uni shows arrays of 16-bit numbers as text', async () => {
    const command = 'dt USHORT[4] RuntimeTest!g_wide';
    expect((await run(command)).join('\n')).not.toContain('Wide');
    await run('.enable_unicode 1');
    expect((await run(command)).join('\n')).toContain('"Wide"');
  });

  it('refuses what it does not know', async () => {
    for (const line of ['.typeopt radix', '.typeopt +big', '.force_radix_output', '.enable_unicode 2'])
      expect((await runLine(engine, line)).errors, line).toHaveLength(1);
  });
});

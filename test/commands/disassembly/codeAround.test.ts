import { describe, expect, it } from 'vitest';
import { Pace } from '../../../core/commands/index.ts';
import { codeAround } from '../../../core/commands/disassembly/index.ts';
import { memoryRunsOf } from '../../../core/commands/memory/index.ts';
import { hasCorpus } from '../../corpus.ts';
import { openLab } from '../openLab.ts';

describe.skipIf(!hasCorpus)('the code around an address', async () => {
  const engine = hasCorpus ? await openLab('x64-dll-O0', 'full') : undefined;
  const around = async (address: bigint, before = 40, after = 40) => {
    if (!engine) throw new Error('no corpus');
    const rows = await codeAround(engine.session, new Pace(), { address, before, after });
    return rows.map(({ instruction, end, missing, heading }) => ({
      start: instruction.address,
      end: end ?? instruction.address + BigInt(instruction.bytes.length),
      missing: missing ?? false,
      heading: heading?.name,
    }));
  };

  it('has no holes of its own: each row begins where the one above ends, whatever is there', async () => {
    const { starts, lasts } = memoryRunsOf(engine?.session ?? never());
    // ends of runs, their beginnings, and both ends of the address space
    const places = [
      0n,
      1n,
      (1n << 64n) - 1n,
      ...[1, 5, 20].flatMap((i) => [starts[i] ?? 0n, lasts[i] ?? 0n]),
    ];
    for (const place of places) {
      const rows = await around(place);
      expect(rows.map((r) => r.start)).toContain(place);
      rows.slice(1).forEach((row, i) => expect(row.start).toBe(rows[i]?.end));
      for (const { start, end, missing } of rows) {
        const run = starts.findIndex((s, i) => start >= s && start <= (lasts[i] ?? 0n));
        expect(missing).toBe(run < 0);
        // a hole is one row, up to the next byte that is there
        if (missing && start !== place && end !== place) expect([...starts, 1n << 64n]).toContain(end);
      }
    }
  });

  it('goes on above the function as far as below it', async () => {
    const symbol = engine?.session.symbols.resolve('RuntimeTest!wmain')[0]?.address ?? never();
    const rows = await around(symbol, 60, 60);
    expect(rows).toHaveLength(120);
    expect(rows[60]).toMatchObject({ start: symbol, heading: 'RuntimeTest!wmain' });
    // names stand at the first row and where functions begin: one that begins at each row would be a mistake
    expect(rows.filter((r) => r.heading !== undefined).length).toBeLessThan(20);
  });
});

function never(): never {
  throw new Error('no corpus');
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemoryRuns } from '../../core/protocol/pictures.ts';
import { inGap, memoryRows } from '../../renderer/memory/memoryRows.ts';

const SPACE = 1n << 64n;

function runsOf(...ranges: [start: bigint, end: bigint][]): MemoryRuns {
  return {
    starts: BigUint64Array.from(ranges, ([start]) => start),
    lasts: BigUint64Array.from(ranges, ([, end]) => end - 1n),
  };
}

/** Rising ranges that do not meet, anywhere in 64 bits. */
const ranges = fc
  .uniqueArray(fc.bigInt(0n, (1n << 52n) - 1n), { minLength: 2, maxLength: 24 })
  .map((pages) => [...pages].sort((a, b) => (a < b ? -1 : 1)))
  .map((pages) => {
    const found: [bigint, bigint][] = [];
    for (let i = 0; i + 1 < pages.length; i += 2) {
      const start = (pages[i] ?? 0n) << 12n;
      const end = (pages[i + 1] ?? 0n) << 12n;
      // no file holds more of one run
      found.push([start, end - start > 1n << 34n ? start + (1n << 34n) : end]);
    }
    return found;
  });

describe('rows of a memory pane', () => {
  it('cover the whole space without a hole or an overlap, and find each of their addresses again', () => {
    fc.assert(
      fc.property(
        ranges,
        fc.bigInt(0n, SPACE - 1n),
        fc.constantFrom(1, 4, 8, 16, 64),
        (runs, anchor, bytesPerRow) => {
          const rows = memoryRows({
            runs: runsOf(...runs),
            bytesPerRow,
            anchor,
            end: SPACE,
            islands: [anchor],
          });
          const { pieces } = rows;
          expect(pieces[0]?.start).toBe(0n);
          expect(pieces.at(-1)?.end).toBe(SPACE);
          pieces.forEach((piece, i) => {
            expect(piece.start < piece.end).toBe(true);
            if (i > 0) expect(piece.start).toBe(pieces[i - 1]?.end);
            const first = rows.firstRowOf(i);
            expect(rows.at(first)?.start).toBe(piece.start);
            expect(rows.rowOf(piece.start)).toBe(first);
            expect(rows.rowOf(piece.end - 1n)).toBe(rows.firstRowOf(i + 1) - 1);
          });
          for (const [start, end] of runs) {
            for (const address of [start, (start + end) / 2n, end - 1n]) {
              // but for the part of the first row that lies in front of the anchor's phase
              if (address < anchor % BigInt(bytesPerRow)) continue;
              const row = rows.at(rows.rowOf(address));
              expect(row?.kind).toBe('bytes');
              expect(row && row.start <= address && address < row.end).toBe(true);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('begin at the address that was gone to, and a multiple of their length from it', () => {
    const anchor = 0x3486e9n;
    const rows = memoryRows({
      runs: runsOf([0x340000n, 0x34a000n]),
      bytesPerRow: 16,
      anchor,
      end: 1n << 32n,
      islands: [],
    });
    const at = rows.rowOf(anchor);
    expect(rows.at(at)).toMatchObject({ start: anchor, end: anchor + 16n, kind: 'bytes' });
    expect(rows.at(at + 3)?.start).toBe(anchor + 48n);
  });

  it('show a long hole as one row, question marks at its edges, and a short hole row by row', () => {
    const rows = memoryRows({
      runs: runsOf([0x1000n, 0x2000n], [0x2080n, 0x3000n], [0x50000n, 0x51000n]),
      bytesPerRow: 16,
      anchor: 0x1000n,
      end: 1n << 32n,
      islands: [],
    });
    expect(inGap(rows, 0x2040n)).toBe(false);
    expect(inGap(rows, 0x20000n)).toBe(true);
    const last = rows.rowOf(0x2fffn);
    expect(rows.at(last + 2)).toMatchObject({ start: 0x3010n, kind: 'bytes' });
    expect(rows.at(last + 3)).toMatchObject({ start: 0x3020n, end: 0x4ffe0n, kind: 'gap' });
    expect(rows.at(last + 4)).toMatchObject({ start: 0x4ffe0n, kind: 'bytes' });
  });

  it('open around an address in a hole', () => {
    const request = { runs: runsOf([0x1000n, 0x2000n]), bytesPerRow: 16, anchor: 0x1000n, end: SPACE };
    const closed = memoryRows({ ...request, islands: [] });
    const opened = memoryRows({ ...request, islands: [0xffff_f800_0000_0000n] });
    expect(inGap(closed, 0xffff_f800_0000_0000n)).toBe(true);
    expect(inGap(opened, 0xffff_f800_0000_0000n)).toBe(false);
    expect(opened.rowCount - closed.rowCount).toBe(21);
    // where there are bytes nothing has to be opened
    expect(memoryRows({ ...request, islands: [0x1ff0n] }).rowCount).toBe(closed.rowCount);
  });

  it('reach the last byte of the space', () => {
    const rows = memoryRows({
      runs: runsOf([SPACE - 0x1000n, SPACE]),
      bytesPerRow: 16,
      anchor: 0x1007n,
      end: SPACE,
      islands: [],
    });
    const row = rows.at(rows.rowOf(SPACE - 1n));
    expect(row?.end).toBe(SPACE);
    expect(rows.at(rows.rowCount)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { moveCaret } from '../../renderer/memory/caret.ts';
import { fieldMarks, fieldsAt } from '../../renderer/memory/fieldMarks.ts';
import { memoryFormat } from '../../renderer/memory/memoryFormats.ts';
import { memoryRows } from '../../renderer/memory/memoryRows.ts';
import {
  fixedPlace,
  goBack,
  goForward,
  goTo,
  isNumber,
  moved,
  startHistory,
} from '../../renderer/memory/placeHistory.ts';
import { clampTop, reveal, thumbOf, topAtThumb } from '../../renderer/picture/rowScroll.ts';

const place = fixedPlace;

describe('back and forward', () => {
  it('lead along the way, and a new way from the middle replaces what lay ahead', () => {
    let history = startHistory(place(1n));
    history = goTo(goTo(history, place(2n)), place(3n));
    history = goBack(goBack(history));
    expect(history.current.address).toBe(1n);
    history = goForward(history);
    expect(history.current.address).toBe(2n);
    history = goTo(history, place(9n));
    expect(history.forward).toEqual([]);
    expect(goBack(history).current.address).toBe(2n);
  });

  it('know no step from a place to itself, nor beyond the ends', () => {
    const history = startHistory(place(1n));
    expect(goTo(history, place(1n)).back).toEqual([]);
    expect(goBack(history)).toBe(history);
    expect(goForward(history)).toBe(history);
  });
});

describe('a place that follows the context', () => {
  const stack = { address: 0x100n, expression: '@$csp', follows: true };

  it('moves without a step: back leads to where the person came from', () => {
    const history = moved(goTo(startHistory(place(1n)), stack), { ...stack, address: 0x200n });
    expect(history.current.address).toBe(0x200n);
    expect(goBack(history).current.address).toBe(1n);
    expect(goForward(goBack(history)).current).toEqual({ ...stack, address: 0x200n });
  });

  it.each([
    ['0x12ff94', true],
    ['00007ff8`1e363440', true],
    ['@$csp', false],
    ['poi(@rsp+8)', false],
    ['app!buffer', false],
  ])('is asked for again unless it is a number: %s', (text, is) => {
    expect(isNumber(text)).toBe(is);
  });
});

describe('the caret', () => {
  const rows = memoryRows({
    runs: { starts: BigUint64Array.of(0x1000n, 0x9000n), lasts: BigUint64Array.of(0x1fffn, 0x9fffn) },
    bytesPerRow: 16,
    anchor: 0x1000n,
    end: 1n << 32n,
    islands: [],
  });
  const format = memoryFormat('dwords', 4);
  const move = (key: string, caret: bigint, ctrl = false) =>
    moveCaret({ key, ctrl, caret, rows, format, page: 10 });

  it('moves by units and rows', () => {
    expect(move('ArrowRight', 0x1004n)).toBe(0x1008n);
    expect(move('ArrowLeft', 0x1010n)).toBe(0x100cn);
    expect(move('ArrowDown', 0x1008n)).toBe(0x1018n);
    expect(move('PageDown', 0x1004n)).toBe(0x10a4n);
    expect(move('End', 0x1004n)).toBe(0x100cn);
    expect(move('x', 0x1004n)).toBeUndefined();
  });

  it('takes a hole in one step, and leaves it on the other side', () => {
    const lastRow = 0x2010n;
    const gap = move('ArrowDown', lastRow);
    expect(gap).toBe(0x2020n);
    expect(move('ArrowDown', gap ?? 0n)).toBe(0x8fe0n);
    expect(move('ArrowUp', 0x8fe0n)).toBe(0x2020n);
    expect(move('ArrowRight', 0x2020n)).toBe(0x8fe0n);
  });

  it('stays within the space', () => {
    expect(move('Home', 0x1004n, true)).toBe(0n);
    expect(move('ArrowUp', 0n)).toBe(0n);
    expect(move('ArrowLeft', 0n)).toBe(0n);
    const end = move('End', 0x1004n, true);
    expect(move('ArrowDown', end ?? 0n)).toBe(end);
  });
});

describe('the fields of a structure over rows', () => {
  const fields = [
    { name: 'Length', type: 'USHORT', offset: 0, size: 2 },
    { name: 'MaximumLength', type: 'USHORT', offset: 2, size: 2 },
    { name: 'Buffer', type: 'WCHAR *', offset: 8, size: 8 },
    { name: 'Tail', type: 'CHAR [20]', offset: 16, size: 20 },
  ];
  const structure = { name: '_X', address: 0x1008n, size: 36, fields };

  it('stand where their bytes are, in each row that they reach into', () => {
    const bytes = memoryFormat('bytes', 8);
    const first = fieldMarks(structure, bytes, 0x1000n, 16);
    // a byte is two characters and one between; the structure begins in the middle of the row
    expect(first.map((m) => [m.field.name, m.column, m.width, m.begins])).toEqual([
      ['Length', 24, 5, true],
      ['MaximumLength', 30, 5, true],
    ]);
    const third = fieldMarks(structure, bytes, 0x1020n, 16);
    expect(third.map((m) => [m.field.name, m.column, m.width, m.begins])).toEqual([['Tail', 0, 35, false]]);
    expect(fieldMarks(structure, bytes, 0x1030n, 16)).toEqual([]);
    expect(fieldMarks(structure, bytes, 0xff0n, 16)).toEqual([]);
  });

  it('are found by an address, all that share its bytes', () => {
    const bits = [...fields, { name: 'Flag', type: 'Pos 0, 1 Bit', offset: 8, size: 8 }];
    expect(fieldsAt({ ...structure, fields: bits }, 0x1013n).map((f) => f.name)).toEqual(['Buffer', 'Flag']);
    expect(fieldsAt(structure, 0x100cn)).toEqual([]);
  });
});

describe('the scroll position', () => {
  const scroll = { rowCount: 1e12, visible: 40.5, top: 0 };

  it('reaches both ends with the thumb, however many rows there are', () => {
    expect(topAtThumb(scroll, 500, 0)).toBe(0);
    const end = topAtThumb(scroll, 500, 500);
    expect(end).toBe(1e12 - 40);
    const thumb = thumbOf({ ...scroll, top: end }, 500);
    expect(thumb.offset + thumb.size).toBeCloseTo(500, 6);
    expect(thumb.size).toBeGreaterThanOrEqual(24);
  });

  it('moves no more than it takes to show a row', () => {
    expect(reveal({ ...scroll, top: 100 }, 120)).toBe(100);
    expect(reveal({ ...scroll, top: 100 }, 99)).toBe(99);
    expect(reveal({ ...scroll, top: 100 }, 141)).toBe(102);
    expect(clampTop(-3, scroll)).toBe(0);
  });
});

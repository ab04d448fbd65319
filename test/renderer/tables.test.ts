import { describe, expect, it } from 'vitest';
import type { ModuleRowModel, StackFrameModel, ThreadStateModel } from '../../core/protocol/index.ts';
import { frameTip, isGuessed, shortSource } from '../../renderer/panes/frameTip.ts';
import { symbolsReason, symbolsTip } from '../../renderer/panes/moduleText.ts';
import { stateText, threadTip, type ThreadRow } from '../../renderer/panes/threadText.ts';
import { copiedText, sortRows, spaceOf, type Column } from '../../renderer/parts/column.ts';
import { COLUMN_GAP, columnWidths, type ColumnSpace } from '../../renderer/parts/columnWidths.ts';
import { treeKey } from '../../renderer/parts/treeKey.ts';

const sum = (widths: readonly number[]): number =>
  widths.reduce((a, b) => a + b, COLUMN_GAP * (widths.length - 1));

describe('the widths of columns', () => {
  const inner = (wanted: number, least = wanted): ColumnSpace => ({ wanted, least, further: false });
  const further = (wanted: number): ColumnSpace => ({ wanted, least: wanted, further: true });

  it('are those of the texts where there is room, and the last column has the rest', () => {
    expect(columnWidths([inner(2), inner(10), inner(8)], 40)).toEqual([2, 10, 40 - 12 - 2 * COLUMN_GAP]);
  });

  it('of the inner columns fit the room exactly; the others follow whole beyond the edge', () => {
    const widths = columnWidths([inner(2), inner(40, 18), inner(20, 20), further(8)], 48);
    expect(sum(widths.slice(0, 3))).toBeCloseTo(48);
    expect(widths[0]).toBe(2);
    expect(widths[2]).toBe(20);
    expect(widths[3]).toBe(8);
  });

  it('are not taken below what a column needs, however small the room', () => {
    expect(columnWidths([inner(2), inner(40, 18), inner(20, 20)], 10)).toEqual([2, 18, 20]);
  });

  it('squeeze a column that is to stay whole only when the others have given all', () => {
    const columns = [inner(40, 20), { ...inner(18), squeezed: 10 }];
    const whole = columnWidths(columns, 45);
    expect(whole[1]).toBe(18);
    expect(sum(whole)).toBeCloseTo(45);
    const squeezed = columnWidths(columns, 35);
    expect(squeezed[0]).toBeCloseTo(20);
    expect(sum(squeezed)).toBeCloseTo(35);
  });

  it('leave what a person has drawn as it is', () => {
    const widths = columnWidths([{ ...inner(40, 10), chosen: 30 }, inner(40, 10)], 50);
    expect(widths[0]).toBe(30);
    expect(sum(widths)).toBeCloseTo(50);
  });
});

interface Item {
  readonly name: string;
  readonly at: bigint;
}
const ITEMS: readonly Item[] = [
  { name: 'b\nb', at: 0x1_0000_0001n },
  { name: 'a', at: 0x1_0000_0000n },
];
const COLUMNS: readonly Column<Item>[] = [
  {
    key: 'name',
    title: 'Name',
    fit: { text: (i) => i.name, max: 6 },
    render: (i) => i.name,
    sort: (i) => i.name,
  },
  { key: 'at', title: 'At', width: 8, render: () => '', sort: (i) => i.at },
];

describe('the columns of a table', () => {
  it('sort by addresses that no float64 tells apart, both ways', () => {
    const names = (down: boolean): string[] =>
      sortRows(ITEMS, COLUMNS, { key: 'at', down }).map((i) => i.name);
    expect(names(false)).toEqual(['a', 'b\nb']);
    expect(names(true)).toEqual(['b\nb', 'a']);
  });

  it('copy one row as a line, several under their headings, and no line break within a cell', () => {
    expect(copiedText(COLUMNS, ITEMS.slice(0, 1))).toBe('b b\t100000001');
    expect(copiedText(COLUMNS, ITEMS).split('\n')).toEqual(['Name\tAt', 'b b\t100000001', 'a\t100000000']);
  });

  it('ask for the longest text up to their bound, and for their heading with the mark of its order', () => {
    const [name] = COLUMNS;
    if (!name) throw new Error('no column');
    expect(spaceOf(name, [{ name: 'x'.repeat(50), at: 0n }]).wanted).toBe(6);
    expect(spaceOf(name, []).wanted).toBe(6);
  });
});

describe('the keys of a tree', () => {
  const rows = [
    { level: 0, open: true },
    { level: 1, open: false },
    { level: 2, open: undefined },
  ];
  const press = (key: string, at: number): string => {
    let done = '';
    treeKey(key, {
      rows,
      at,
      tree: {
        level: (r) => r.level,
        isOpen: (r) => r.open,
        toggle: (r, isOpen) => (done = `${isOpen ? 'open' : 'close'} ${rows.indexOf(r)}`),
        note: () => undefined,
      },
      move: (to) => (done = `go to ${to}`),
    });
    return done;
  };

  it('open and go in to the right, close and go out to the left', () => {
    expect(press('ArrowRight', 1)).toBe('open 1');
    expect(press('ArrowRight', 0)).toBe('go to 1');
    expect(press('ArrowLeft', 0)).toBe('close 0');
    expect(press('ArrowLeft', 2)).toBe('go to 1');
    expect(press('ArrowRight', 2)).toBe('');
  });
});

describe('a thread in one line', () => {
  const thread = (state?: Partial<ThreadStateModel>): ThreadRow => ({
    index: 4,
    id: 0x110,
    name: 'lockwaiter',
    teb: 0x7ffd0000n,
    current: false,
    event: false,
    place: 'ntdll+0xc4ec',
    state: state && { index: 4, kind: 'runs', text: 'in ntdll+0xc4ec', ...state },
  });
  const own = { name: 'Wait', text: 'app!Wait+0x10', frame: 3, source: { file: 'c:\\src\\a.c', line: 7 } };

  it('says where it is until more is known', () => {
    expect(stateText(thread())).toBe('ntdll+0xc4ec');
  });

  it('begins with what holds it up, or with the own function where many do the same', () => {
    expect(stateText(thread({ kind: 'blocked', text: 'waits for g_cs, owned by 3', own }))).toBe(
      'waits for g_cs, owned by 3 · Wait',
    );
    expect(stateText(thread({ kind: 'waits', text: 'waits for one object', own }))).toBe(
      'Wait · waits for one object',
    );
    expect(stateText(thread({ own }))).toBe('Wait');
    expect(stateText(thread({}))).toBe('in ntdll+0xc4ec');
  });

  it('tells on hover what the row has no room for', () => {
    const tip = threadTip(thread({ kind: 'waits', text: 'waits for one object', own }));
    expect(tip).toContain('id 110 (272), lockwaiter');
    expect(tip).toContain('own code: app!Wait+0x10, frame 3 (c:\\src\\a.c @ 7)');
  });
});

describe('a frame', () => {
  const frame = (changes: Partial<StackFrameModel>): StackFrameModel => ({
    index: 2,
    instruction: 1n,
    frame: 2n,
    text: 'app!f+0x1',
    guessedName: false,
    inline: false,
    how: 'unwind info',
    ...changes,
  });

  it('is marked as a guess by the way it was found, the innermost one never', () => {
    expect(isGuessed(frame({ how: 'scan' }))).toBe(true);
    expect(isGuessed(frame({}))).toBe(false);
    expect(isGuessed(frame({ how: 'leaf', index: 0 }))).toBe(false);
    expect(frameTip(frame({ how: 'scan' }))).toContain('a guess');
  });

  it('shows the name of its file, and the whole path on hover', () => {
    const source = { file: '/home/lab/src/RuntimeTest.c', line: 209 };
    expect(shortSource({ source })).toBe('RuntimeTest.c:209');
    expect(frameTip(frame({ source, arguments: 'argc = 0n1' }))).toContain(
      '/home/lab/src/RuntimeTest.c @ 209\ncalled with argc = 0n1',
    );
  });
});

describe('a module without symbols', () => {
  const module: ModuleRowModel = {
    name: 'app',
    start: 0x400000n,
    end: 0x410000n,
    path: 'c:\\app.exe',
    stamp: 0,
    checksum: 0,
    symbols: 'none',
    private: false,
    unloaded: false,
    missing: { why: 'no app.pdb was found', todo: 'Drop app.pdb on this window.' },
    wants: 'app.pdb 1234, age 1',
    reason: '/store/app.pdb: not found',
  };

  it('says why in its row, and on hover what it wants, what was tried and what to do', () => {
    expect(symbolsReason(module)).toBe('no app.pdb was found');
    expect(symbolsTip(module).split('\n')).toEqual([
      'No app.pdb was found. Drop app.pdb on this window.',
      'wants app.pdb 1234, age 1',
      'Looked at:',
      '/store/app.pdb: not found',
    ]);
    expect(symbolsReason({ ...module, unloaded: true })).toContain('unloaded');
  });
});

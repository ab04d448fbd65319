import { describe, expect, it } from 'vitest';
import type { TypeNodeModel, TypeTreeModel } from '../../core/protocol/index.ts';
import { keyOf, valueRows, type ReadTrees } from '../../renderer/panes/valueRows.ts';

const node = (name: string, opens?: TypeNodeModel['opens']): TypeNodeModel => ({
  name,
  type: 'T',
  missing: false,
  opens,
});
const NEXT = { type: 'app!Node', address: 0x1000n };
/** a node whose `next` is itself */
const RING: TypeTreeModel = {
  type: 'Node',
  alsoIn: [],
  size: 8,
  nodes: [node('value'), node('next', NEXT)],
  truncated: false,
};
const read = (tree: Partial<TypeTreeModel> = {}): ReadTrees =>
  new Map([[keyOf(NEXT), { state: 'ready', model: { ...RING, ...tree }, stale: false }]]);

describe('the rows of a tree of values', () => {
  const top = [node('p', NEXT), node('n')];

  it('ask for what is open and not read, and say so', () => {
    const { rows, wanted } = valueRows(top, new Set(['/p#0']), new Map());
    expect(rows.map((r) => r.note ?? r.node?.name)).toEqual(['p', 'Reading…', 'n']);
    expect([...wanted.values()]).toEqual([NEXT]);
  });

  it('are those of what was read, a level further in, and read once however often it is open', () => {
    const open = new Set(['/p#0', '/p#0/next#1']);
    const { rows, wanted } = valueRows(top, open, read());
    expect(rows.map((r) => `${r.level} ${r.node?.name ?? ''}`)).toEqual([
      '0 p',
      '1 value',
      '1 next',
      '2 value',
      '2 next',
      '0 n',
    ]);
    expect(wanted.size).toBe(1);
    expect(new Set(rows.map((r) => r.path)).size).toBe(rows.length);
  });

  it('tell why there is nothing, and that there is more', () => {
    const open = new Set(['/p#0']);
    const failed: ReadTrees = new Map([[keyOf(NEXT), { state: 'failed', message: 'no such type' }]]);
    expect(valueRows(top, open, failed).rows[1]?.note).toBe('no such type');
    expect(valueRows(top, open, read({ nodes: [] })).rows[1]?.note).toContain('no fields');
    expect(valueRows(top, open, read({ truncated: true })).rows[3]?.note).toContain('more than can be shown');
  });

  it('end at a depth that nobody opens by hand, though a ring has none', () => {
    const open = new Set<string>();
    let path = '/p#0';
    for (let i = 0; i < 100; i++) {
      open.add(path);
      path += '/next#1';
    }
    const { rows } = valueRows(top, open, read());
    expect(Math.max(...rows.map((r) => r.level))).toBe(64);
  });
});

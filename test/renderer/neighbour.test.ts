import { describe, expect, it } from 'vitest';
import { neighbour, type Box, type Direction } from '../../renderer/app/neighbour.ts';

const box = (left: number, top: number, right: number, bottom: number): Box => ({ left, top, right, bottom });

/**
 * The first layout: threads left; console over memory and code; stack over locals right.
 *
 *     | threads | console         | stack  |
 *     |         | memory  | code  | locals |
 */
const PANES: Readonly<Record<string, Box>> = {
  threads: box(0, 0, 270, 800),
  console: box(270, 0, 1050, 540),
  memory: box(270, 540, 700, 800),
  code: box(701, 540, 1050, 800),
  stack: box(1050, 0, 1440, 400),
  locals: box(1050, 400, 1440, 800),
};

describe('the pane beside another one', () => {
  it.each([
    ['console', 'left', 'threads'],
    ['console', 'right', 'stack'],
    ['console', 'below', 'memory'],
    ['console', 'above', undefined],
    // the longest common edge decides
    ['threads', 'right', 'console'],
    ['code', 'right', 'locals'],
    ['code', 'left', 'memory'],
    ['stack', 'left', 'console'],
    ['locals', 'left', 'code'],
    ['memory', 'above', 'console'],
    ['stack', 'right', undefined],
  ] as [string, Direction, string | undefined][])('of %s, %s, is %s', (from, direction, expected) => {
    const found = neighbour(PANES[from] ?? box(0, 0, 0, 0), Object.values(PANES), direction);
    expect(Object.keys(PANES).find((name) => PANES[name] === found)).toBe(expected);
  });
});

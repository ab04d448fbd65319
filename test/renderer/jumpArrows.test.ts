import { describe, expect, it } from 'vitest';
import { jumpArrows, laneCount } from '../../renderer/panes/jumpArrows.ts';

const row = (address: number, flow = 'next', target?: number) => ({
  address: BigInt(address),
  flow,
  target: target === undefined ? undefined : BigInt(target),
});

describe('the arrows of jumps', () => {
  it('lead from the jump to its target, and past the rows between', () => {
    const [leaves, passes, arrives] = jumpArrows([row(0, 'conditional', 5), row(2), row(5)]);
    expect(leaves).toEqual([{ from: 0, lane: 0, part: 'leaves', goesUp: false }]);
    expect(passes).toEqual([{ from: 0, lane: 0, part: 'passes', goesUp: false }]);
    expect(arrives).toEqual([{ from: 0, lane: 0, part: 'arrives', goesUp: true }]);
  });

  it('of short jumps lie within those of long ones, upwards too', () => {
    const parts = jumpArrows([row(0, 'jump', 9), row(2), row(4, 'jump', 2), row(9)]);
    expect(parts[1]).toEqual([
      { from: 2, lane: 0, part: 'arrives', goesUp: false },
      { from: 0, lane: 1, part: 'passes', goesUp: false },
    ]);
    expect(laneCount(parts)).toBe(2);
  });

  it('share a lane where they do not meet, and are left out where there are too many', () => {
    expect(laneCount(jumpArrows([row(0, 'jump', 1), row(1), row(2, 'jump', 3), row(3)]))).toBe(1);
    const many = Array.from({ length: 40 }, (_, i) => row(i, 'jump', 79 - i));
    const rows = [...many, ...Array.from({ length: 40 }, (_, i) => row(40 + i))];
    expect(laneCount(jumpArrows(rows))).toBe(6);
  });

  it('are none of calls, of jumps out of the rows, and to themselves', () => {
    const parts = jumpArrows([row(0, 'call', 2), row(2, 'jump', 0x1000), row(4, 'jump', 4)]);
    expect(laneCount(parts)).toBe(0);
  });
});

import type { ArrowPart } from './jumpArrows.ts';

/** Pixels of a lane. */
const LANE = 7;
/** Pixels that an arrow's head takes beside the code. */
const HEAD = 6;

export function lanesWidth(lanes: number): number {
  return lanes === 0 ? 0 : lanes * LANE + HEAD;
}

/** The arrows that pass a row, leave it or arrive at it. */
export function JumpLanes({
  parts,
  lanes,
  lit,
}: {
  readonly parts: readonly ArrowPart[];
  readonly lanes: number;
  /** the jump whose arrow is lit: that of the active row */
  readonly lit: number | undefined;
}) {
  return (
    <span className="jump-lanes" aria-hidden style={{ width: lanesWidth(lanes) }}>
      {parts.map(({ from, lane, part, goesUp }) => {
        const left = (lanes - 1 - lane) * LANE;
        const state = from === lit ? ' lit' : '';
        return (
          <span key={`${from} ${part}`}>
            <span
              className={`jump-line ${part === 'passes' ? 'whole' : goesUp ? 'upper' : 'lower'}${state}`}
              style={{ left }}
            />
            {part !== 'passes' && <span className={`jump-end ${part}${state}`} style={{ left }} />}
          </span>
        );
      })}
    </span>
  );
}

import type { NamedFrame, Recursion } from './model.ts';

/** Rounds from which on a repetition is recursion out of hand. */
const MIN_ROUNDS = 8;
/** Functions of one cycle at most. */
const MAX_PERIOD = 64;
/** Frames above the cycle that do something else at its end: allocation, printing, stack probes. */
const MAX_LEAD = 64;

/**
 * The cycle in which functions call each other, by the return addresses of a stack: the shortest sequence that repeats
 * right away at least eight times, as near to the innermost frame as there is one. Linear in frames for each period.
 */
export function findRecursion(frames: readonly NamedFrame[]): Recursion | undefined {
  const physical = frames.filter((f) => !f.frame.inline);
  const key = physical.map((f) => f.frame.instruction);
  for (let first = 0; first < Math.min(MAX_LEAD, physical.length); first++) {
    for (let period = 1; period <= MAX_PERIOD; period++) {
      const repeats = rounds(key, first, period);
      if (repeats < MIN_ROUNDS) continue;
      const start = physical[first];
      const next = physical[first + period];
      return {
        cycle: physical.slice(first, first + period),
        firstFrame: start?.frame.index ?? 0,
        repeats,
        bytesPerRound: (next?.frame.frame ?? 0n) - (start?.frame.frame ?? 0n),
      };
    }
  }
  return undefined;
}

/** How often the sequence of `period` keys at `first` repeats, itself included. */
function rounds(key: readonly bigint[], first: number, period: number): number {
  let at = first + period;
  while (at < key.length && key[at] === key[at - period]) at++;
  return Math.floor((at - first) / period);
}

import { join } from 'node:path';
import { measureStillframe, report, ROOT } from './measure.ts';

/** Turns of the loop, and the most seconds that they may take. */
const TURNS = 100_000;
const AIM = 2;

/** A `.for` loop with poi and .printf on the sample dump, less what the same program takes for one turn. */
export function benchScript(): void {
  const sample = join(ROOT, 'dumps/sample.dmp');
  const loop = (turns: number): string =>
    `.for (r $t0=0; @$t0 < 0n${turns}; r $t0=@$t0+1) { .printf "%d %p\\n", @$t0, poi(@$peb+8) };q`;
  const many = measureStillframe(['-z', sample, '-c', loop(TURNS)], 3).seconds;
  const once = measureStillframe(['-z', sample, '-c', loop(1)], 3).seconds;
  const seconds = many - once;
  report(
    `.for of ${TURNS} turns with poi and .printf`,
    `${seconds.toFixed(2)} s`,
    `under ${AIM} s`,
    seconds < AIM,
  );
}

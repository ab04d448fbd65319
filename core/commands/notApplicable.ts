import { NOT_APPLICABLE } from './notApplicable.generated.ts';

/** Commands that write memory: the manual has them for any target, a dump is not changed. */
const WRITES = 'e ea eb ed eD ef ep eq eu ew eza ezu f fp m a .readmem';

const WHY: readonly (readonly [names: string, reason: string])[] = [
  [
    NOT_APPLICABLE.live,
    'needs a live target: a dump does not run and cannot be stepped, broken into or changed',
  ],
  [NOT_APPLICABLE.kernel, 'is for kernel debugging: this is a dump of one process'],
  [NOT_APPLICABLE.trace, 'needs a Time Travel Debugging trace: a dump is one moment'],
  [
    NOT_APPLICABLE.service,
    'reads what its own service or logger keeps in a live system: a dump of another process does not hold it',
  ],
  [WRITES, 'changes memory: a dump is not changed'],
];

const reasons = new Map<string, string>();
for (const [names, reason] of WHY)
  for (const name of names.split(' ')) if (!reasons.has(name)) reasons.set(name, reason);

/** Why a command of the debugger's manual does not apply to a user dump; undefined for other words. */
export function whyNotApplicable(name: string): string | undefined {
  const reason = reasons.get(name) ?? reasons.get(name.toLowerCase());
  return reason && `${name} ${reason}`;
}

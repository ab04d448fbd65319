import { hexAddress } from '../../bytes/index.ts';
import { formatAddress, span } from '../../output/index.ts';
import { type Address, readPointer, tryRead } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import { addressAndNumbers } from './expressions.ts';

/** More entries than any list of a process has; a damaged list may be endless without meeting itself. */
const MAX_ENTRIES = 1_000_000;

interface Fault {
  readonly kind: 'blink' | 'unreadable' | 'loop' | 'limit';
  /** the entry that is wrong, and what its Blink should be */
  readonly entry: Address;
  readonly expected?: Address;
  readonly found?: Address;
}

interface ValidatelistModel {
  readonly entries: number;
  readonly fault?: Fault;
  readonly pointerSize: 4 | 8;
}

export const validatelist = command<ValidatelistModel>({
  name: '!validatelist',
  tier: 'C',
  syntax: ['!validatelist Address'],
  summary: 'Follows a doubly linked list and checks that each entry points back to the one before.',
  run: (call) => validate(call),
  print({ entries, fault, pointerSize }, out) {
    const shown = (address: Address | undefined): string => formatAddress(address ?? 0n, pointerSize);
    if (!fault) {
      out.line(`Found list end after ${entries} entries`);
      return;
    }
    const at = span(shown(fault.entry), 'address');
    if (fault.kind === 'blink') {
      const text = `, expected ${shown(fault.expected)}: the list is damaged after ${entries} entries`;
      out.line('Blink of ', at, ` is ${shown(fault.found)}`, span(text, 'warning'));
    } else if (fault.kind === 'unreadable')
      out.line('Entry ', at, span(` is not in the dump, after ${entries} entries`, 'missing'));
    else if (fault.kind === 'loop')
      out.line(
        'Entry ',
        at,
        span(` comes again after ${entries} entries: the list does not return to its head`, 'warning'),
      );
    else out.line(`No list end after ${entries} entries`);
  },
  data: ({ entries, fault }) => ({
    entries,
    valid: fault === undefined,
    fault: fault && {
      kind: fault.kind,
      entry: hexAddress(fault.entry),
      expected: fault.expected === undefined ? undefined : hexAddress(fault.expected),
      found: fault.found === undefined ? undefined : hexAddress(fault.found),
    },
  }),
});

async function validate(call: Call): Promise<ValidatelistModel> {
  const { session, pace } = call;
  const { pointerSize } = session.machine;
  const { memory } = session.target;
  const { address: head } = addressAndNumbers(call, 0);
  const seen = new Set<Address>();
  let before = head;
  for (let entries = 0; ;) {
    const from = before;
    const next = tryRead(() => readPointer(memory, from, pointerSize));
    if (next === undefined) return { entries, fault: { kind: 'unreadable', entry: from }, pointerSize };
    const blink = tryRead(() => readPointer(memory, next + BigInt(pointerSize), pointerSize));
    if (blink === undefined) return { entries, fault: { kind: 'unreadable', entry: next }, pointerSize };
    if (blink !== before)
      return { entries, fault: { kind: 'blink', entry: next, expected: before, found: blink }, pointerSize };
    if (next === head) return { entries, pointerSize };
    if (seen.has(next)) return { entries, fault: { kind: 'loop', entry: next }, pointerSize };
    if (++entries > MAX_ENTRIES) return { entries, fault: { kind: 'limit', entry: next }, pointerSize };
    seen.add(next);
    before = next;
    if (pace.due()) await pace.rest({ done: entries, what: 'entries' });
  }
}

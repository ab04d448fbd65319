import { NotAvailable, UsageError } from '../../errors/index.ts';
import { formatFlat, type Output, span, parts, flatPointer, type Part } from '../../output/index.ts';
import type { CriticalSection, ListedSection } from '../../process/index.ts';
import type { Session } from '../session.ts';
import { type Call, command } from '../command.ts';
import { sectionData } from './cs.ts';
import { allSections, listed } from './sections.ts';
import { addressOf, hexField, type Place, placeOf, viewOf } from './views.ts';

interface Item extends ListedSection {
  readonly place?: Place;
  /** locked by a thread that the dump does not have */
  readonly ownerGone: boolean;
}

interface Model {
  readonly items: readonly Item[];
  /** how many were looked at; absent for !critsec */
  readonly scanned?: number;
  readonly note?: string;
  readonly width: 4 | 8;
}

export const locks = command<Model>({
  name: '!locks',
  aliases: ['!ntsdexts.locks'],
  tier: 'A',
  syntax: ['!locks [-v] [-o]'],
  summary: 'Shows the critical sections that are locked.',
  options: [
    { flag: '-v', meaning: 'all, also those that are not locked' },
    { flag: '-o', meaning: 'only orphaned debug information: what it is of does not point back' },
  ],
  run: runLocks,
  print,
  data,
});

export const critsec = command<Model>({
  name: '!critsec',
  aliases: ['!ntsdexts.critsec'],
  tier: 'B',
  syntax: ['!critsec Address'],
  summary: 'Shows one critical section.',
  run: ({ session, args }) => {
    if (args === '') throw new UsageError('!critsec needs the address of a critical section');
    const view = viewOf(session);
    const address = addressOf(session, args);
    const found = listed(view, address);
    if (typeof found.section?.LockCount !== 'number') {
      throw new NotAvailable(
        `The dump does not hold a critical section at ${formatFlat(address, view.machine.pointerSize)}`,
      );
    }
    return { items: [item(session, found)], width: view.machine.pointerSize };
  },
  print,
  data,
});

async function runLocks(call: Call): Promise<Model> {
  const { session, args } = call;
  const flags = new Set(args.split(/\s+/).filter((word) => word !== ''));
  for (const flag of flags) {
    if (flag !== '-v' && flag !== '-o')
      throw new UsageError(`!locks has no option ${flag}; it has -v and -o`);
  }
  const { sections, note } = await allSections(call);
  const wanted = sections.filter(({ section, orphaned }) =>
    flags.has('-o') ? orphaned : flags.has('-v') || (section?.state?.locked && !orphaned),
  );
  return {
    items: wanted.map((found) => item(session, found)),
    scanned: sections.length,
    note,
    width: session.machine.pointerSize,
  };
}

function item(session: Session, found: ListedSection): Item {
  const { section } = found;
  const owner = section?.state?.locked ? section.OwningThread : undefined;
  return {
    ...found,
    place: section && placeOf(session, section.address),
    ownerGone: typeof owner === 'bigint' && !session.target.threads.some((t) => BigInt(t.id) === owner),
  };
}

function print({ items, scanned, note, width }: Model, out: Output): void {
  for (const found of items) {
    out.line('');
    for (const line of lines(found, width)) out.line(...line);
  }
  if (scanned !== undefined) {
    out.line('');
    out.line(`Scanned ${scanned} critical sections`);
  }
  if (note) out.line(span(note, 'warning'));
}

function lines({ debugInfo, section, place, orphaned, ownerGone }: Item, width: 4 | 8): (readonly Part[])[] {
  if (!section)
    return [parts`CritSec debug information at ${flatPointer(debugInfo, width)} names no critical section`];
  const row = (title: string, value: string): Part[] => [title.padEnd(19) + value];
  const hex = (value: bigint | number | null | undefined): string =>
    value === null || value === undefined ? '<unreadable>' : value.toString(16);
  // without a symbol the debugger gives the low half of the address
  const name = place
    ? `${place.name}+${place.displacement.toString(16)}`
    : `+${(section.address & 0xffffffffn).toString(16)}`;
  const result = [parts`CritSec ${name} at ${flatPointer(section.address, width)}`];
  const { state, debug } = section;
  if (state?.locked && state.waiterWoken !== undefined)
    result.push(row('WaiterWoken', state.waiterWoken ? 'Yes' : 'No'));
  result.push(row('LockCount', lockCountText(section)));
  result.push(
    row('RecursionCount', hex(section.RecursionCount)),
    row('OwningThread', hex(section.OwningThread)),
  );
  if (debug) {
    result.push(row('EntryCount', hex(debug.EntryCount)), row('ContentionCount', hex(debug.ContentionCount)));
  }
  if (state?.locked) result.push(['*** Locked']);
  if (ownerGone) result.push(['*** The owning thread is not in the dump']);
  if (orphaned)
    result.push(['*** Orphaned: debug information and critical section do not point to each other']);
  return result;
}

/** By the newer rule the number of waiters, by the older one the field itself. */
function lockCountText({ state, LockCount }: CriticalSection): string {
  if (!state) return '<unreadable>';
  if (!state.locked) return 'NOT LOCKED';
  return (state.waiterWoken === undefined ? (LockCount ?? 0) : state.waiters).toString(16);
}

function data({ items, scanned, note }: Model) {
  return {
    sections: items.map(({ debugInfo, section, place, orphaned }) => ({
      debugInfo: hexField(debugInfo),
      ...(section && sectionData(section)),
      name:
        place &&
        (place.displacement === 0n ? place.name : `${place.name}+0x${place.displacement.toString(16)}`),
      orphaned,
    })),
    scanned,
    note,
  };
}

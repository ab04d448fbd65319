import { NotAvailable, UsageError } from '../../errors/index.ts';
import { formatFlat, Output, span, pointer, type Part } from '../../output/index.ts';
import { type CriticalSection, type ListedSection, readListedSection } from '../../process/index.ts';
import type { Thread } from '../../target/index.ts';
import { type Call, command } from '../command.ts';
import { allSections, listed, sectionsIn } from './sections.ts';
import { addressOf, hexField, type Place, placeOf, plainField, viewOf } from './views.ts';

const RULE = '-'.repeat(41);

interface Options {
  readonly lockedOnly: boolean;
  readonly owners: boolean;
  readonly traces: boolean;
  readonly byDebugInfo: boolean;
  readonly addresses: readonly string[];
}

interface Item extends ListedSection {
  readonly place?: Place;
  readonly owner?: Thread;
}

interface Model {
  readonly items: readonly Item[];
  readonly options: Options;
  /** one section was asked for by its address: that comes first then */
  readonly single: boolean;
  readonly note?: string;
  readonly width: 4 | 8;
}

export const cs = command<Model>({
  name: '!cs',
  tier: 'A',
  syntax: [
    '!cs [-s] [-l] [-o]',
    '!cs [-s] [-o] Address',
    '!cs [-s] [-l] [-o] StartAddress EndAddress',
    '!cs [-s] [-o] -d InfoAddress',
  ],
  summary: 'Shows critical sections: all of them, one, or those in a range of memory.',
  options: [
    { flag: '-l', meaning: 'only those that are locked' },
    { flag: '-o', meaning: "with the owner's stack" },
    { flag: '-s', meaning: 'with the stack at initialization, where it was recorded' },
    { flag: '-d', meaning: 'the address is that of debug information' },
  ],
  run,
  print,
  data: ({ items, note }) => ({ sections: items.map(itemData), note }),
});

async function run(call: Call): Promise<Model> {
  const { session } = call;
  const options = parse(call.args);
  const view = viewOf(session);
  const [first, second] = options.addresses.map((text) => addressOf(session, text));
  let found: { readonly sections: readonly ListedSection[]; readonly note?: string };
  if (first === undefined) found = await allSections(call);
  else if (second !== undefined) found = await sectionsIn(call, { start: first, end: second });
  else found = { sections: [options.byDebugInfo ? readListedSection(view, first) : listed(view, first)] };
  const single = first !== undefined && second === undefined;
  if (single && typeof found.sections[0]?.section?.LockCount !== 'number') {
    throw new NotAvailable(
      `The dump does not hold a critical section at ${formatFlat(first, view.machine.pointerSize)}`,
    );
  }
  const items = found.sections
    .filter(({ section }) => !options.lockedOnly || section?.state?.locked)
    .map((item): Item => {
      const { section } = item;
      const owner = section?.state?.locked ? ownerOf(session.target.threads, section) : undefined;
      return { ...item, owner, place: section && placeOf(session, section.address) };
    });
  return {
    items,
    options,
    single: single && !options.byDebugInfo,
    note: found.note,
    width: view.machine.pointerSize,
  };
}

function parse(args: string): Options {
  const words = args.split(/\s+/).filter((word) => word !== '');
  // flags may stand together: -lso
  const flags = new Set(
    words.filter((w) => /^[-/][a-z?]+$/i.test(w)).flatMap((w) => [...w.slice(1).toLowerCase()]),
  );
  const addresses = words.filter((w) => !/^[-/][a-z?]+$/i.test(w));
  for (const flag of flags) {
    if (flag === 't') {
      throw new UsageError(
        "!cs -t shows Application Verifier's tree of critical sections, which is not supported",
        'not-applicable',
      );
    }
    if (!'lsod'.includes(flag)) throw new UsageError(`!cs has no option -${flag}; it has -l -o -s -d`);
  }
  if (addresses.length > 2)
    throw new UsageError('!cs takes one address, or the start and the end of a range');
  return {
    lockedOnly: flags.has('l'),
    owners: flags.has('o'),
    traces: flags.has('s'),
    byDebugInfo: flags.has('d'),
    addresses,
  };
}

function ownerOf(threads: readonly Thread[], { OwningThread }: CriticalSection): Thread | undefined {
  return threads.find((t) => BigInt(t.id) === OwningThread);
}

async function print({ items, options, single, note, width }: Model, out: Output, call: Call): Promise<void> {
  for (const item of items) {
    out.line(RULE);
    for (const line of itemLines(item, single, width)) out.line(...line);
    if (options.traces) out.line(traceNote(item));
    if (options.owners && item.section?.state?.locked) await printOwner(item, out, call);
    if (call.pace.due()) await call.pace.rest();
  }
  if (note) out.line(span(note, 'warning'));
}

function itemLines(
  { debugInfo, section, place, orphaned, owner }: Item,
  single: boolean,
  width: 4 | 8,
): (readonly Part[])[] {
  const full = (value: bigint): Part => pointer(value, `0x${formatFlat(value, width)}`);
  const row = (title: string, ...value: Part[]): Part[] => [`${title.padEnd(18)} = `, ...value];
  const info = row('DebugInfo', full(debugInfo));
  if (!section) return [info, ['Its critical section is not in the dump']];
  // without a symbol the debugger gives the address again, in capitals
  const name = place
    ? `${place.name}+0x${place.displacement.toString(16).toUpperCase()}`
    : `+0x${section.address.toString(16).toUpperCase()}`;
  const address = row('Critical section', full(section.address), ` (${name})`);
  const lines = single ? [address, info] : [info, address];
  const value = (v: bigint | number | null | undefined): string =>
    v === null || v === undefined ? '<unreadable>' : `0x${BigInt(v).toString(16).toUpperCase()}`;
  const { state } = section;
  if (orphaned) lines.push(['ORPHANED: debug information and critical section do not point to each other']);
  if (!state) lines.push(['Its state is not in the dump']);
  else if (!state.locked) lines.push(['NOT LOCKED']);
  else {
    lines.push(['LOCKED']);
    // by the newer rule the debugger shows the number of waiters here, by the older one the field itself
    const newer = state.waiterWoken !== undefined;
    lines.push(row('LockCount', value(newer ? state.waiters : section.LockCount)));
    if (newer) lines.push(row('WaiterWoken', state.waiterWoken ? 'Yes' : 'No'));
    lines.push(
      row(
        'OwningThread',
        typeof section.OwningThread === 'bigint'
          ? `0x${formatFlat(section.OwningThread, width)}`
          : value(null),
      ),
    );
    if (!owner) lines.push(['*** The owning thread is not in the dump']);
    lines.push(row('RecursionCount', value(section.RecursionCount)));
  }
  lines.push(row('LockSemaphore', value(section.LockSemaphore)));
  lines.push(
    row(
      'SpinCount',
      typeof section.SpinCount === 'bigint' ? `0x${formatFlat(section.SpinCount, width)}` : value(null),
    ),
  );
  return lines;
}

/** Stack traces lie in ntdll's trace database, kept only with the global flag ust. */
function traceNote({ section }: Item): string {
  const index = section?.debug?.CreatorBackTraceIndex;
  return typeof index === 'number' && index > 0
    ? `Stack trace for DebugInfo: number ${index} of the trace database, which is not read here`
    : 'No stack trace was recorded for it';
}

async function printOwner({ owner }: Item, out: Output, call: Call): Promise<void> {
  if (!owner) return;
  out.line(`OwningThread DbgId = ~${owner.index}s`);
  out.line('OwningThread Stack =');
  const indented = new Output((line) => out.line('\t', ...line), out.leads);
  await call.execute(`~${owner.index}k`, indented);
}

/** A critical section in JSON, for !cs and !locks. */
export function sectionData(section: CriticalSection) {
  return {
    address: hexField(section.address),
    DebugInfo: hexField(section.DebugInfo),
    LockCount: plainField(section.LockCount),
    RecursionCount: plainField(section.RecursionCount),
    OwningThread: hexField(section.OwningThread),
    LockSemaphore: hexField(section.LockSemaphore),
    SpinCount: hexField(section.SpinCount),
    EntryCount: plainField(section.debug?.EntryCount),
    ContentionCount: plainField(section.debug?.ContentionCount),
    locked: section.state?.locked,
    waiters: section.state?.waiters,
    waiterWoken: section.state?.waiterWoken,
  };
}

function itemData({ debugInfo, section, place, orphaned, owner }: Item) {
  return {
    debugInfo: hexField(debugInfo),
    ...(section && sectionData(section)),
    name:
      place &&
      (place.displacement === 0n ? place.name : `${place.name}+0x${place.displacement.toString(16)}`),
    orphaned,
    owner: owner && { index: owner.index, id: hexField(owner.id) },
  };
}

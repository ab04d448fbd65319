import { ByteReader, hexAddress } from '../../bytes/index.ts';
import { formatAddress, span, type Output } from '../../output/index.ts';
import type { Import, ImportedDll, PeImage } from '../../pe/index.ts';
import { type Address, type Module, readUpTo } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import type { Session } from '../session.ts';
import { ExportResolver, type ResolvedExport } from './exportResolver.ts';
import { findModule, imageOf } from './findImage.ts';

/**
 * What a slot of the import address table turned out to hold.
 * - `ok`: the function that the named export leads to
 * - `forwarded`: the same, through forwarders to another DLL
 * - `elsewhere`: an address that is not the named export: hooked, shimmed, or bound to another build
 * - `outside`: an address in no module
 * - `not resolved`: not filled in yet (delay loaded, or caught before the loader was done)
 * - `unchecked`: an address in a module, but the DLL's exports are not known
 * - `not in dump`: the slot cannot be read
 */
export type SlotState =
  'ok' | 'forwarded' | 'elsewhere' | 'outside' | 'not resolved' | 'unchecked' | 'not in dump';

interface Slot {
  readonly import: Import;
  readonly address: Address;
  readonly value?: Address;
  readonly state: SlotState;
  /** the symbol at the value; where the slot cannot be read, at the export */
  readonly symbol?: string;
  /** where the named export is, if the value is not it or cannot be read */
  readonly expected?: Address;
  readonly via: readonly string[];
}

interface Dll {
  readonly dll: ImportedDll;
  readonly slots: readonly Slot[];
}

interface Model {
  readonly module: Module;
  readonly dlls: readonly Dll[];
  readonly problems: readonly string[];
}

const UNREADABLE = { 4: '????????', 8: '????????`????????' } as const;

const MARKS: Readonly<Record<SlotState, string>> = {
  ok: ' ',
  forwarded: 'f',
  elsewhere: '!',
  outside: '!',
  'not resolved': '-',
  unchecked: '?',
  'not in dump': '?',
};

/** `!imports MODULE`: each import, the address in its slot, and whether that is what the named DLL exports. */
export const imports = command<Model>({
  name: '!imports',
  tier: 'ours',
  syntax: ['!imports [-p] Module'],
  summary: 'Lists imports with what lies in their slots, and marks those that are not what the DLL exports.',
  options: [{ flag: '-p', meaning: 'only what is hooked, not resolved or not in the dump' }],
  run,
  print,
  data,
});

async function run({ session, args, pace }: Call): Promise<Model> {
  const module = findModule(session, args.replace(/^-p\s*/, ''));
  const image = imageOf(module);
  const resolver = new ExportResolver(session.target.modules, image.machine);
  const dlls: Dll[] = [];
  for (const dll of [...image.imports(), ...image.delayImports()]) {
    const slots: Slot[] = [];
    for (const entry of dll.entries) {
      slots.push(readSlot(session, { module, image, dll, entry, resolver }));
      if (pace.due()) await pace.rest({ done: slots.length, total: dll.entries.length, what: dll.dll ?? '' });
    }
    dlls.push({ dll, slots });
  }
  return { module, dlls, problems: image.problems };
}

interface Place {
  readonly module: Module;
  readonly image: PeImage;
  readonly dll: ImportedDll;
  readonly entry: Import;
  readonly resolver: ExportResolver;
}

function readSlot(session: Session, place: Place): Slot {
  const { module, image, entry } = place;
  const address = module.base + BigInt(entry.slotRva);
  const bytes = readUpTo(session.target.memory, address, image.pointerSize);
  if (bytes.length < image.pointerSize) {
    const [wanted] = candidates(place);
    const symbol = wanted && session.symbols.describe(wanted.address);
    return {
      import: entry,
      address,
      state: 'not in dump',
      expected: wanted?.address,
      symbol,
      via: wanted?.via ?? [],
    };
  }
  const value = new ByteReader(bytes).pointer(0, image.pointerSize);
  const verdict = judge(session, place, value);
  const symbol = verdict.state === 'not resolved' ? undefined : session.symbols.describe(value);
  return { import: entry, address, value, symbol, ...verdict };
}

function judge(session: Session, place: Place, value: Address): Pick<Slot, 'state' | 'expected' | 'via'> {
  const { module, dll } = place;
  const holder = session.target.modules.find(value);
  // an unresolved slot holds 0, the RVA of its name, or for delay loading the address of a stub in the module itself
  if (value < BigInt(module.size) || (dll.delayed && holder === module)) {
    return { state: 'not resolved', via: [] };
  }
  const wanted = candidates(place);
  const match = wanted.find((c) => c.address === value);
  if (match) return { state: match.via.length > 0 ? 'forwarded' : 'ok', via: match.via };
  const [first] = wanted;
  if (!holder) return { state: 'outside', expected: first?.address, via: [] };
  return first
    ? { state: 'elsewhere', expected: first.address, via: first.via }
    : { state: 'unchecked', via: [] };
}

/** What the import may lead to, by the export tables of the process' modules. */
function candidates({ dll, entry, resolver }: Place): readonly ResolvedExport[] {
  const named = entry.name !== undefined || entry.ordinal !== undefined;
  return dll.dll === undefined || !named ? [] : resolver.resolve(dll.dll, entry);
}

function print({ module, dlls, problems }: Model, out: Output, { session, args }: Call): void {
  const width = module.image?.pointerSize ?? session.machine.pointerSize;
  const onlyProblems = /^-p\b/.test(args);
  const counts = new Map<SlotState, number>();
  for (const { dll, slots } of dlls) {
    for (const { state } of slots) counts.set(state, (counts.get(state) ?? 0) + 1);
    const shown = onlyProblems ? slots.filter(({ state }) => state !== 'ok' && state !== 'forwarded') : slots;
    if (onlyProblems && shown.length === 0) continue;
    out.line(span(dll.dll ?? '(name not in the dump)', 'module'), `${dll.delayed ? ' (delay loaded)' : ''}:`);
    for (const slot of shown) printSlot(slot, width, out);
  }
  const total = dlls.reduce((sum, { slots }) => sum + slots.length, 0);
  const summary = [...counts].map(([state, n]) => `${n} ${state}`).join(', ');
  out.line(`${module.name}: ${total} imports of ${dlls.length} modules${summary ? `: ${summary}` : ''}`);
  for (const problem of problems) out.line(span(`*** ${problem}`, 'warning'));
}

function printSlot(slot: Slot, width: 4 | 8, out: Output): void {
  const { name, ordinal } = slot.import;
  const asked = name ?? (ordinal === undefined ? '(name not in the dump)' : `Ordinal ${ordinal}`);
  const value = slot.value === undefined ? UNREADABLE[width] : formatAddress(slot.value, width);
  out.line(
    ` ${MARKS[slot.state]} `,
    span(formatAddress(slot.address, width), 'address', `dps ${hexAddress(slot.address)} L1`),
    '  ',
    span(value, slot.value === undefined ? 'missing' : 'address'),
    `  ${asked.padEnd(32)} `,
    ...(slot.symbol === undefined ? [] : [span(slot.symbol, 'symbol')]),
    note(slot, width),
  );
}

/** What stands behind the symbol, or in its place. */
function note(slot: Slot, width: 4 | 8): string {
  switch (slot.state) {
    case 'forwarded':
      return ` (by ${slot.via.join(', ')})`;
    case 'elsewhere':
      return ` *** not the export, which is at ${formatAddress(slot.expected ?? 0n, width)}`;
    case 'outside':
      return '*** not in any module';
    case 'not resolved':
      return '(not resolved)';
    case 'unchecked':
      return ' (exports not known)';
    case 'not in dump':
      return slot.expected === undefined
        ? '(slot not in the dump)'
        : ` (slot not in the dump; the export is at ${formatAddress(slot.expected, width)})`;
    case 'ok':
      return '';
  }
}

function data({ module, dlls }: Model) {
  return {
    module: module.name,
    start: hexAddress(module.base),
    dlls: dlls.map(({ dll, slots }) => ({
      dll: dll.dll,
      delayed: dll.delayed,
      imports: slots.map((s) => ({
        name: s.import.name,
        ordinal: s.import.ordinal,
        slot: hexAddress(s.address),
        value: s.value === undefined ? undefined : hexAddress(s.value),
        state: s.state,
        symbol: s.symbol,
        expected: s.expected === undefined ? undefined : hexAddress(s.expected),
        via: s.via.length > 0 ? s.via : undefined,
      })),
    })),
  };
}

import {
  funcInfoOfThunk,
  scopeFormOfData,
  stateOfRegistration,
  tryBlocksAt,
  type CppTryBlock,
} from '../../analysis/index.ts';
import { NotAvailable, UsageError } from '../../errors/index.ts';
import { formatFlat, type Output, span, parts, flatPointer, type Part } from '../../output/index.ts';
import {
  type ExceptionChain,
  type ExceptionRegistration,
  findExceptionChain,
  type ProcessView,
  readExceptionChain,
  readTryScopes,
  scopeFormOf,
  tebOf,
  type TryScope,
} from '../../process/index.ts';
import type { Address } from '../../target/index.ts';
import { type Call, command } from '../command.ts';
import type { Session } from '../session.ts';
import {
  catchData,
  catchLines,
  frameHandlersData,
  printFrameHandlers,
  readFrameHandlers,
  type FrameHandlers,
} from './frameHandlers.ts';
import { hexField, type Place, placeOf, viewOf } from './views.ts';

interface NamedScope extends TryScope {
  readonly filterPlace?: Place;
  readonly handlerPlace?: Place;
}

interface Registration {
  readonly record: ExceptionRegistration;
  readonly place?: Place;
  readonly scopes: readonly NamedScope[];
  /** C++ try blocks that the function is in */
  readonly tryBlocks: readonly CppTryBlock[];
}

interface Chain {
  readonly kind: 'chain';
  readonly chain: ExceptionChain;
  readonly registrations: readonly Registration[];
  /** the dump has no TEB: the chain was found on the stack */
  readonly found: boolean;
  /** names of catch clauses' code */
  readonly names: ReadonlyMap<Address, readonly Part[]>;
}

type Model = Chain | ({ readonly kind: 'frames' } & FrameHandlers);

const FOUND =
  'The dump does not hold the TEB of this thread, where the chain begins: found on the stack, by its links';

export const exchain = command<Model>({
  name: '!exchain',
  tier: 'A',
  syntax: ['!exchain [/c | /C | /f]'],
  options: [
    { flag: '/c, /C', meaning: 'the C++ try blocks: shown in any case where the tables are found' },
    {
      flag: '/f',
      meaning: 'the tables of the C runtime, whatever the handler: shown in any case where they are found',
    },
  ],
  summary: "Shows the thread's exception handlers: the chain on x86, those of its frames on x64.",
  run,
  print: (model, out) => {
    if (model.kind === 'frames') printFrameHandlers(model, out);
    else print(model, out);
  },
  data: (model) => (model.kind === 'frames' ? frameHandlersData(model) : chainData(model)),
});

function chainData({ chain, found, registrations }: Chain) {
  return {
    found,
    handlers: registrations.map(({ record, place, scopes, tryBlocks }) => ({
      address: hexField(record.address),
      handler: hexField(record.Handler),
      function: place?.name,
      displacement: place && hexField(place.displacement),
      scopes: scopes.map(({ level, filter, handler, filterPlace, handlerPlace }) => ({
        level,
        filter: filter === 0n ? undefined : hexField(filter),
        filterFunction: filterPlace?.name,
        handler: hexField(handler),
        handlerFunction: handlerPlace?.name,
      })),
      catches: catchData(tryBlocks),
    })),
    invalid: hexField(chain.invalid),
  };
}

function run({ session, args }: Call): Model {
  const unknown = args.split(/\s+/).find((word) => word !== '' && !/^[/-][cCf]$/.test(word));
  if (unknown !== undefined) throw new UsageError(`!exchain has no option ${unknown}: it has /c, /C and /f`);
  const view = viewOf(session);
  if (view.machine.kind === 'x64') return { kind: 'frames', ...readFrameHandlers(session) };
  if (view.machine.kind !== 'x86') {
    throw new UsageError(
      `!exchain knows the handlers of x86 and x64: those of ${view.machine.kind} are not read`,
      'not-applicable',
    );
  }
  const { chain, found } = chainOf(session, view);
  const registrations = chain.records.map((record): Registration => {
    const place = placeOf(session, record.Handler);
    const info = funcInfoOfThunk(
      { memory: view.target.memory, machine: view.machine, imageBase: 0n },
      record.Handler,
    );
    const byName = place && place.displacement === 0n ? scopeFormOf(place.name) : undefined;
    const form = byName ?? (info ? undefined : scopeFormOfData(view.target, record));
    const module = session.target.modules.find(record.Handler);
    const scopes = form ? readTryScopes(view, record, form, module) : [];
    const state = info && stateOfRegistration(view.target.memory, record.address);
    return {
      record,
      place,
      scopes: scopes.map((scope) => named(session, scope)),
      tryBlocks: info && state !== undefined ? tryBlocksAt(info, state) : [],
    };
  });
  const clauses = registrations.flatMap((r) => r.tryBlocks.flatMap((b) => b.catches));
  const names = new Map(
    clauses.map(({ handler }) => [handler, describe(placeOf(session, handler), handler)]),
  );
  return { kind: 'chain', chain, found, registrations, names };
}

/** From the TEB; where the dump has only stacks, as most have, by what lies on the thread's stack. */
function chainOf(session: Session, view: ProcessView): { chain: ExceptionChain; found: boolean } {
  const { thread } = session;
  const teb = thread && tebOf(view, thread);
  if (typeof teb?.ExceptionList === 'bigint') {
    const { StackLimit: start, StackBase: end } = teb;
    const stack = start && end && start < end ? { start, end } : undefined;
    return { chain: readExceptionChain(view, teb.ExceptionList, stack), found: false };
  }
  const sp = thread?.context(view.machine)?.sp;
  const chain = sp === undefined ? undefined : findExceptionChain(view, sp);
  if (!chain)
    throw new NotAvailable(
      'The dump does not hold the TEB of this thread, where the chain begins, and its stack shows none',
    );
  return { chain, found: true };
}

function named(session: Session, scope: TryScope): NamedScope {
  return {
    ...scope,
    filterPlace: scope.filter === 0n ? undefined : placeOf(session, scope.filter),
    handlerPlace: placeOf(session, scope.handler),
  };
}

function print({ chain, found, registrations, names }: Chain, out: Output): void {
  if (found) out.line(span(FOUND, 'warning'));
  for (const { record, place, scopes, tryBlocks } of registrations) {
    out.line(...parts`${flatPointer(record.address, 4)}: `, ...describe(place, record.Handler));
    for (const { level, filter, handler, filterPlace, handlerPlace } of scopes) {
      const head = `  CRT scope ${String(level).padStart(2)}, `;
      if (filter !== 0n) out.line(`${head}filter: `, ...describe(filterPlace, filter));
      const start = filter === 0n ? head : ' '.repeat(16);
      out.line(`${start}func:   `, ...describe(handlerPlace, handler));
    }
    const text = (address: Address): readonly Part[] => names.get(address) ?? [flatPointer(address, 4)];
    for (const line of catchLines(tryBlocks, text)) out.line(...line);
  }
  if (chain.invalid !== undefined) out.line(`Invalid exception stack at ${formatFlat(chain.invalid, 4)}`);
}

/** `Prymes!_except_handler3+0 (00407604)`; the address alone outside modules. */
function describe(place: Place | undefined, address: Address): Part[] {
  const digits = flatPointer(address, 4);
  if (!place) return [digits];
  return parts`${span(`${place.name}+${place.displacement.toString(16)}`, 'symbol', `u 0x${address.toString(16)}`)} (${digits})`;
}

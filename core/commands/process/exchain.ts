import { NotAvailable, UsageError } from '../../errors/index.ts';
import { formatFlat, type JsonObject, type Output } from '../../output/index.ts';
import {
  type ExceptionChain,
  type ExceptionRegistration,
  readExceptionChain,
  readTryScopes,
  scopeFormOf,
  tebOf,
  type TryScope,
} from '../../process/index.ts';
import type { Address } from '../../target/index.ts';
import { type Call, command } from '../command.ts';
import type { Session } from '../session.ts';
import { hexField, type Place, placeOf, viewOf } from './views.ts';

interface NamedScope extends TryScope {
  readonly filterPlace?: Place;
  readonly handlerPlace?: Place;
}

interface Registration {
  readonly record: ExceptionRegistration;
  readonly place?: Place;
  readonly scopes: readonly NamedScope[];
}

interface Model {
  readonly chain: ExceptionChain;
  readonly registrations: readonly Registration[];
}

export const exchain = command<Model>({
  name: '!exchain',
  tier: 'A',
  syntax: ['!exchain'],
  summary: "Shows the thread's chain of exception handlers (x86).",
  run,
  print,
  data: ({ chain, registrations }): JsonObject => ({
    handlers: registrations.map(({ record, place, scopes }) => ({
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
    })),
    invalid: hexField(chain.invalid),
  }),
});

function run({ session }: Call): Model {
  const view = viewOf(session);
  if (view.machine.kind !== 'x86') {
    const narrow = session.target.machines.some((m) => m.kind === 'x86');
    const hint = narrow ? '; .effmach x86 chooses the 32-bit view of this process' : '';
    throw new UsageError(
      `Only x86 keeps a chain of handlers: on ${view.machine.kind} they stand in tables${hint}`,
      'not-applicable',
    );
  }
  const teb = session.thread && tebOf(view, session.thread);
  if (typeof teb?.ExceptionList !== 'bigint') {
    throw new NotAvailable('The dump does not hold the TEB of this thread, where the chain begins');
  }
  const { StackLimit: start, StackBase: end } = teb;
  const stack = start && end && start < end ? { start, end } : undefined;
  const chain = readExceptionChain(view, teb.ExceptionList, stack);
  const registrations = chain.records.map((record): Registration => {
    const place = placeOf(session, record.Handler);
    const form = place && place.displacement === 0n ? scopeFormOf(place.name) : undefined;
    const module = session.target.modules.find(record.Handler);
    const scopes = form ? readTryScopes(view, record, form, module) : [];
    return { record, place, scopes: scopes.map((scope) => named(session, scope)) };
  });
  return { chain, registrations };
}

function named(session: Session, scope: TryScope): NamedScope {
  return {
    ...scope,
    filterPlace: scope.filter === 0n ? undefined : placeOf(session, scope.filter),
    handlerPlace: placeOf(session, scope.handler),
  };
}

function print({ chain, registrations }: Model, out: Output): void {
  for (const { record, place, scopes } of registrations) {
    out.line(`${formatFlat(record.address, 4)}: ${describe(place, record.Handler)}`);
    for (const { level, filter, handler, filterPlace, handlerPlace } of scopes) {
      const head = `  CRT scope ${String(level).padStart(2)}, `;
      if (filter !== 0n) out.line(`${head}filter: ${describe(filterPlace, filter)}`);
      const start = filter === 0n ? head : ' '.repeat(16);
      out.line(`${start}func:   ${describe(handlerPlace, handler)}`);
    }
  }
  if (chain.invalid !== undefined) out.line(`Invalid exception stack at ${formatFlat(chain.invalid, 4)}`);
}

/** `Prymes!_except_handler3+0 (00407604)`; the address alone outside modules. */
function describe(place: Place | undefined, address: Address): string {
  const digits = formatFlat(address, 4);
  return place ? `${place.name}+${place.displacement.toString(16)} (${digits})` : digits;
}

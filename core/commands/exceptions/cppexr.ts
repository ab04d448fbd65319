import { readExceptionRecord } from '../../analysis/index.ts';
import { NotAvailable } from '../../errors/index.ts';
import { formatFlat, type Output } from '../../output/index.ts';
import type { CatchableType } from '../../analysis/index.ts';
import { exceptionData, exceptionLines, exceptionModel, type ExceptionModel } from './exceptionText.ts';
import { command, type Call } from '../command.ts';
import type { Session } from '../session.ts';

interface Model extends ExceptionModel {
  readonly destructor?: string;
  readonly copies: readonly (string | undefined)[];
}

export const cppexr = command<Model>({
  name: '!cppexr',
  tier: 'B',
  syntax: ['!cppexr Address', '!cppexr -1'],
  summary: 'Shows a C++ exception: the thrown type, what it can be caught as, what() and its destructor.',
  run,
  print,
  data: (model) => ({
    ...exceptionData(model),
    destructor: model.destructor,
    catchable: model.cpp?.types.map((t, k) => ({
      name: t.name,
      decorated: t.decorated,
      size: t.size,
      offset: t.place.mdisp,
      copyConstructor: model.copies[k],
    })),
  }),
});

function run({ session, args }: Call): Model {
  const { target, machine } = session;
  const address = args === '' ? -1n : session.evaluator.evaluate(args);
  const record =
    address === -1n
      ? target.exception?.record
      : readExceptionRecord(target.memory, machine, session.evaluator.address(args));
  if (!record) throw new NotAvailable('The dump has no exception record');
  const model = exceptionModel(session, record);
  if (!model.cpp)
    throw new NotAvailable(
      `Exception ${(record.code >>> 0).toString(16).padStart(8, '0')} is no C++ exception of Microsoft's compiler`,
    );
  const { destructor, types } = model.cpp;
  return {
    ...model,
    destructor: named(session, destructor),
    copies: types.map((t) => named(session, t.copyConstructor)),
  };
}

function named(session: Session, address: bigint | undefined): string | undefined {
  if (address === undefined) return undefined;
  const digits = formatFlat(address, session.machine.pointerSize);
  const name = session.symbols.describe(address);
  return name === undefined ? digits : `${name} (${digits})`;
}

function print(model: Model, out: Output): void {
  for (const line of exceptionLines(model)) out.line(...line);
  if (model.destructor !== undefined) out.line(`  Destructor      : ${model.destructor}`);
  model.cpp?.types.forEach((type, k) => {
    out.line(`  Catchable[${k}]    : ${type.name}, ${traits(type)}`);
    const copy = model.copies[k];
    if (copy !== undefined) out.line(`    copied by     : ${copy}`);
  });
}

function traits(type: CatchableType): string {
  const { mdisp, pdisp } = type.place;
  return [
    `${type.size} bytes`,
    ...(mdisp ? [`at +0x${mdisp.toString(16)}`] : []),
    ...(pdisp >= 0 ? ['virtual base'] : []),
    ...(type.isSimple ? ['simple'] : []),
    ...(type.byReferenceOnly ? ['by reference only'] : []),
    ...(type.isBadAlloc ? ['std::bad_alloc'] : []),
  ].join(', ');
}

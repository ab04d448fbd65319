import { NotAvailable } from '../../errors/index.ts';
import type { Output } from '../../output/index.ts';
import { accessNames } from '../../process/index.ts';
import { type Call, command } from '../command.ts';
import { HandleFlag, handleLines, type HandleRecord, typeOf } from './handleText.ts';
import { hexField } from './views.ts';

/** The order of the table of types, as the documentation of !handle lists them; others follow as they come. */
const TYPE_ORDER =
  'None Event Section File Port Directory SymbolicLink Mutant WindowStation Semaphore Key Token Process Thread ' +
  'Desktop IoCompletion Timer Job WaitablePort';

interface Model {
  readonly handles: readonly HandleRecord[];
  readonly flags: number;
  /** a list, not one handle: ends with the table of types */
  readonly list: boolean;
  readonly width: 4 | 8;
}

export const handle = command<Model>({
  name: '!handle',
  tier: 'A',
  syntax: ['!handle [Handle [Flags [TypeName]]]'],
  summary: 'Shows the handles of the process: type, access, name, state of the object.',
  options: [
    { flag: 'Handle', meaning: '-1, 0 or nothing for all' },
    {
      flag: 'Flags',
      meaning: '1 type (default), 2 access and counts, 4 name, 8 state of the object; f for all',
    },
    { flag: 'TypeName', meaning: 'only handles of this type: Event, Mutant, File…' },
  ],
  run,
  print,
  data: ({ handles }) => ({ handles: handles.map(handleData) }),
});

function run({ session, args }: Call): Model {
  const { dump, system } = session.target;
  const all = dump?.handles ?? [];
  if (all.length === 0) {
    throw new NotAvailable(
      'The dump has no handle data: it was written without MiniDumpWithHandleData (.dump /mh)',
    );
  }
  const [handleText, flagsText, typeName] = args.split(/\s+/).filter((word) => word !== '');
  const evaluate = (text: string): bigint => session.evaluator.evaluate(text);
  const wanted = handleText === undefined ? 0n : BigInt.asUintN(64, evaluate(handleText));
  const list = wanted === 0n || BigInt.asIntN(32, wanted) === -1n;
  const flags = flagsText === undefined ? HandleFlag.type : Number(BigInt.asUintN(32, evaluate(flagsText)));
  const type = typeName?.toLowerCase();
  const handles = all.filter(
    (h) => (list || h.handle === wanted) && (type === undefined || typeOf(h).toLowerCase() === type),
  );
  if (!list && handles.length === 0)
    throw new NotAvailable(`There is no handle ${wanted.toString(16)} in the dump`);
  return { handles, flags, list, width: system.machine.pointerSize };
}

async function print({ handles, flags, list, width }: Model, out: Output, { pace }: Call): Promise<void> {
  for (const item of handles) {
    for (const line of handleLines(item, flags, width)) out.line(line);
    if (pace.due()) await pace.rest();
  }
  if (!list) return;
  out.line(`${handles.length} Handles`);
  out.line('Type            Count');
  for (const [type, count] of countTypes(handles)) out.line(`${type.padEnd(15)} ${count}`);
}

function countTypes(handles: readonly HandleRecord[]): [type: string, count: number][] {
  const counts = new Map(TYPE_ORDER.split(' ').map((type) => [type, 0]));
  for (const item of handles) counts.set(typeOf(item), (counts.get(typeOf(item)) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > 0);
}

function handleData(item: HandleRecord) {
  const { standard, specific } = accessNames(item.typeName, item.grantedAccess);
  return {
    handle: hexField(item.handle),
    type: item.typeName === '' ? undefined : item.typeName,
    name: item.objectName === '' ? undefined : item.objectName,
    attributes: hexField(item.attributes),
    grantedAccess: hexField(item.grantedAccess),
    access: [...standard, ...specific],
    handleCount: item.handleCount,
    pointerCount: item.pointerCount,
    object: item.objectInfo.flatMap(({ detail }) => (detail ? [objectData(detail)] : [])),
  };
}

function objectData(detail: NonNullable<HandleRecord['objectInfo'][number]['detail']>) {
  const entries = Object.entries(detail) as [string, string | number | boolean | bigint][];
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'bigint' ? hexField(value) : value]),
  );
}

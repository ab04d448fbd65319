import { findCppMember, type CppValue } from '../../../eval/index.ts';
import {
  constant,
  ModelError,
  numbered,
  objectValue,
  textOf,
  textValue,
  type ModelObject,
  type ModelValue,
} from '../../../model/index.ts';
import { readPointer, tryRead } from '../../../target/index.ts';
import { recordOf, unmodified, type RecordType } from '../../../types/index.ts';
import type { ObjectContext } from './objectContext.ts';

/** Nodes of one list: what is damaged may be longer than memory. */
const MAX_NODES = 1_000_000;

/** `Debugger.Utility` */
export function utilityObject(context: ObjectContext): ModelObject {
  return {
    properties: [
      constant('Collections', objectValue(collections(context)), 'Makes collections'),
      constant('Control', objectValue(control(context)), 'Runs commands'),
    ],
  };
}

function collections(context: ObjectContext): ModelObject {
  return {
    methods: [
      {
        name: 'FromListEntry',
        help:
          'FromListEntry(ListEntry, TypeName, FieldName) - The objects of a doubly linked list, by the type that ' +
          'holds the links and the name of their field',
        call: (args) => fromListEntry(context, args),
      },
      {
        name: 'CreateArray',
        help: 'CreateArray(Values...) - A list of the values',
        call: (args) => objectValue(numbered(() => args)),
      },
    ],
  };
}

function control(context: ObjectContext): ModelObject {
  return {
    methods: [
      {
        name: 'ExecuteCommand',
        help: 'ExecuteCommand(Command) - Runs a command and gives the lines that it prints',
        async call([command]) {
          if (!command) throw new ModelError('ExecuteCommand takes a command', 'usage');
          const lines = await context.executed(await textOf(context.model, command));
          return objectValue(numbered(() => lines.map(textValue)));
        },
      },
    ],
  };
}

async function fromListEntry(
  { session, model }: ObjectContext,
  [head, type, field]: readonly ModelValue[],
): Promise<ModelValue> {
  if (head?.kind !== 'native' || !type || !field)
    throw new ModelError('FromListEntry takes a list entry, the name of a type and that of a field', 'usage');
  const names = { type: await textOf(model, type), field: await textOf(model, field) };
  const found = model.cpp('').names?.type(names.type);
  if (!found) throw new ModelError(`Unable to find type '${names.type}'`);
  const complete = (record: RecordType): RecordType =>
    model.cpp('').names?.complete(record, found.module) ?? record;
  const record = recordOf(found.type);
  const place = record && findCppMember(complete(record), names.field, complete);
  if (place?.kind !== 'field')
    throw new ModelError(`Unable to find field '${names.field}' of '${names.type}'`);
  const { memory } = session.target;
  const start = entryAddress(head.value);
  const nodes = function* (): Iterable<ModelValue> {
    const seen = new Set<bigint>([start]);
    const next = (at: bigint): bigint | undefined =>
      tryRead(() => readPointer(memory, at, session.machine.pointerSize));
    for (let at = next(start); at !== undefined && at !== 0n && !seen.has(at); at = next(at)) {
      if (seen.size > MAX_NODES) return;
      seen.add(at);
      const address = at - BigInt(place.offset);
      yield { kind: 'native', value: { type: found.type, place: { address, memory }, module: found.module } };
    }
  };
  return objectValue(numbered(nodes));
}

/** Where the head of a list is: the entry itself, or what points to it. */
function entryAddress({ type, scalar, place }: CppValue): bigint {
  const t = unmodified(type);
  if (t.kind === 'record' && place) return place.address;
  if (t.kind === 'pointer' && typeof scalar === 'bigint') return scalar;
  throw new ModelError('FromListEntry takes a _LIST_ENTRY or a pointer to one', 'usage');
}

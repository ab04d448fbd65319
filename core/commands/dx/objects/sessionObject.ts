import {
  boolValue,
  constant,
  objectValue,
  textValue,
  unsignedValue,
  type ModelObject,
  type ModelValue,
} from '../../../model/index.ts';
import type { ObjectContext } from './objectContext.ts';
import { processObject } from './processObject.ts';

/** MiniDumpWithFullMemory of MINIDUMP_TYPE */
const WITH_FULL_MEMORY = 2n;

/** The names of machines as the debugger writes them. */
const FULL_NAMES: Readonly<Record<string, string>> = { x86: 'x86', x64: 'AMD64', arm64: 'ARM64', arm: 'ARM' };

/** The open dump. */
export function sessionObject(context: ObjectContext): ModelObject {
  const { session } = context;
  const { target } = session;
  const process = (): ModelValue => objectValue(processObject(context));
  const id = unsignedValue(target.system.processId ?? 0);
  return {
    identity: 'session',
    display() {
      const full = ((target.dump?.header.flags ?? 0n) & WITH_FULL_MEMORY) !== 0n;
      const bits = target.system.machine.pointerSize * 8;
      return `${bits}-bit user ${full ? 'full' : 'mini'} dump: ${target.name}`;
    },
    properties: [
      constant(
        'Processes',
        objectValue({
          *items() {
            yield { key: id, value: process() };
          },
          at: (key) =>
            key.kind === 'native' && key.value.scalar === id.value.scalar ? process() : undefined,
        }),
        'The processes of the session',
      ),
      constant('Id', unsignedValue(0), 'The number of the session'),
      { name: 'Attributes', help: 'What kind of target it is', get: () => attributes(context) },
    ],
  };
}

function attributes({ session }: ObjectContext): ModelValue {
  const { machine } = session;
  return objectValue({
    properties: [
      constant(
        'Target',
        objectValue({
          properties: [
            constant('IsUserTarget', boolValue(true)),
            constant('IsKernelTarget', boolValue(false)),
            constant('IsDumpTarget', boolValue(true)),
            constant('IsLiveTarget', boolValue(false)),
            constant('IsTTDTarget', boolValue(false)),
          ],
        }),
      ),
      constant(
        'Machine',
        objectValue({
          properties: [
            constant('Abbrev', textValue(machine.kind)),
            constant('FullName', textValue(FULL_NAMES[machine.kind] ?? machine.kind)),
            constant('PointerSize', unsignedValue(machine.pointerSize)),
            constant('PageSize', unsignedValue(0x1000)),
          ],
        }),
      ),
    ],
  });
}

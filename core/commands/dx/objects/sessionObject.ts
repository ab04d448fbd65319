import {
  boolValue,
  constant,
  objectValue,
  textValue,
  unsignedValue,
  type ModelObject,
  type ModelValue,
} from '../../../model/index.ts';
import type { Session } from '../../session.ts';
import type { ObjectContext } from './objectContext.ts';
import { processObject } from './processObject.ts';

/** MiniDumpWithFullMemory of MINIDUMP_TYPE */
const WITH_FULL_MEMORY = 2n;

/** The names of machines as the debugger writes them. */
const FULL_NAMES: Readonly<Record<string, string>> = { x86: 'x86', x64: 'AMD64', arm64: 'ARM64', arm: 'ARM' };

/** The dumps that are open, by the numbers of `||`. */
export function sessionsObject(context: ObjectContext): ModelObject {
  const { systems } = context.session;
  return {
    *items() {
      for (const { number, session } of systems.list) {
        const isCurrent = session === context.session;
        const object = isCurrent ? sessionObject(context) : otherSession(context, number, session);
        yield { key: unsignedValue(number), value: objectValue(object) };
      }
    },
  };
}

/** A dump that is not in effect: its values are those of another process, and are asked for when it is. */
function otherSession(context: ObjectContext, number: number, session: Session): ModelObject {
  const command = `||${number}s`;
  return {
    identity: `session ${number}`,
    display: () => titleOf(session),
    action: { text: '[Switch To]', command },
    properties: [constant('Id', unsignedValue(number), 'The number of the session')],
    methods: [
      {
        name: 'SwitchTo',
        help: 'SwitchTo() - Switch to this session as the default context',
        call: () => boolValue(context.session.systems.select(number)),
      },
    ],
  };
}

/** `64-bit user mini dump: C:\dumps\app.dmp` */
function titleOf({ target }: Session): string {
  const full = ((target.dump?.header.flags ?? 0n) & WITH_FULL_MEMORY) !== 0n;
  const bits = target.system.machine.pointerSize * 8;
  return `${bits}-bit user ${full ? 'full' : 'mini'} dump: ${target.name}`;
}

/** The dump in effect. */
export function sessionObject(context: ObjectContext): ModelObject {
  const { session } = context;
  const { target } = session;
  const process = (): ModelValue => objectValue(processObject(context));
  const id = unsignedValue(target.system.processId ?? 0);
  return {
    identity: 'session',
    display: () => titleOf(session),
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
      constant('Id', unsignedValue(session.systems.current), 'The number of the session'),
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

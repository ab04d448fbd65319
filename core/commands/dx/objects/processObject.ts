import {
  addressValue,
  constant,
  numbered,
  objectValue,
  textValue,
  unsignedValue,
  type ModelObject,
  type ModelValue,
  type Property,
} from '../../../model/index.ts';
import { readPeb } from '../../../process/index.ts';
import { mainModule } from '../../numbers/index.ts';
import { pebAddress, viewOf } from '../../process/index.ts';
import type { Session } from '../../session.ts';
import { modulesObject } from './moduleObject.ts';
import { known, type ObjectContext } from './objectContext.ts';
import { structureValue } from './structureValue.ts';
import { threadsObject } from './threadObject.ts';

/** The process that the dump is of. */
export function processObject(context: ObjectContext): ModelObject {
  const { session } = context;
  const { system, dump } = session.target;
  const name = mainModule(session)?.fileName ?? '<Unknown Image>';
  return {
    identity: 'process',
    display: () => name,
    action: { text: '[Switch To]', command: '|0s' },
    properties: known([
      constant('Name', textValue(name), 'The name of the process'),
      constant('Id', unsignedValue(system.processId ?? 0), 'The id of the process in the system'),
      constant('Index', unsignedValue(0), 'The number that the debugger gives the process'),
      constant('Threads', objectValue(threadsObject(context)), 'The threads of the process'),
      constant('Modules', objectValue(modulesObject(context)), 'The modules of the process'),
      {
        name: 'Environment',
        help: 'The environment block of the process',
        get: () => objectValue({ properties: [environmentBlock(session)] }),
      },
      {
        name: 'Attributes',
        help: 'What the process was started with',
        get: () => attributes(session),
      },
      (dump?.handles.length ?? 0) > 0 && {
        name: 'Io',
        help: 'The handles of the process',
        get: () => objectValue({ properties: [constant('Handles', handles(session))] }),
      },
    ]),
    methods: [
      {
        name: 'SwitchTo',
        help: 'SwitchTo() - Switch to this process as the default context',
        call: () => objectValue(processObject(context)),
      },
    ],
  };
}

function environmentBlock(session: Session): Property {
  const { machine, target } = session;
  return { name: 'EnvironmentBlock', get: () => structureValue(session, '_PEB', target.peb(machine)) };
}

function attributes(session: Session): ModelValue {
  const view = viewOf(session);
  const { parameters } = readPeb(view, pebAddress(view));
  const variables = parameters?.environment?.variables ?? [];
  const text = (name: string, value: string | null | undefined): Property | undefined =>
    value === null || value === undefined ? undefined : constant(name, textValue(value));
  const list = numbered(() => variables.map(({ name, value }) => textValue(`${name}=${value}`)));
  return objectValue({
    properties: known([
      text('CommandLine', parameters?.CommandLine),
      text('ImagePathName', parameters?.ImagePathName),
      text('CurrentDirectory', parameters?.CurrentDirectory),
      constant('Environment', objectValue({ properties: [constant('Variables', objectValue(list))] })),
    ]),
  });
}

/** By the handle's own value. */
function handles(session: Session): ModelValue {
  const all = session.target.dump?.handles ?? [];
  return objectValue({
    *items() {
      for (const { handle, typeName, objectName, grantedAccess, handleCount, pointerCount } of all) {
        const value = objectValue({
          properties: known([
            constant('Handle', addressValue(handle)),
            constant('Type', textValue(typeName)),
            constant('Name', textValue(objectName)),
            constant('GrantedAccess', unsignedValue(grantedAccess)),
            constant('HandleCount', unsignedValue(handleCount)),
            constant('PointerCount', unsignedValue(pointerCount)),
          ]),
        });
        yield { key: addressValue(handle), value };
      }
    },
  });
}

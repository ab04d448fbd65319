import {
  boolValue,
  constant,
  objectValue,
  textOf,
  textValue,
  unsignedValue,
  type Awaitable,
  type ModelObject,
  type ModelValue,
  type Property,
} from '../../../model/index.ts';
import { settingsOf } from '../../settings.ts';
import { frameObject } from './frameObject.ts';
import { known, type ObjectContext } from './objectContext.ts';
import { processObject } from './processObject.ts';
import { sessionObject, sessionsObject } from './sessionObject.ts';
import { stackObject, threadObject } from './threadObject.ts';
import { utilityObject } from './utilityObject.ts';

/** Pseudo-registers that are other names of registers. */
const ALIASES = ['ip', 'csp', 'ra', 'retreg', 'retreg64', 'argreg', 'scopeip', 'eventip'];
/** Those that say something of the target. */
const GENERAL = [
  'peb',
  'teb',
  'proc',
  'thread',
  'tpid',
  'tid',
  'dtid',
  'exentry',
  'exr_code',
  'exr_numparams',
  'ptrsize',
  'pagesize',
  'dbgtime',
  'frame',
];
const USER = Array.from({ length: 20 }, (_, i) => `t${i}`);

/** The root of all objects: `Debugger`. */
export function debuggerObject(context: ObjectContext): ModelObject {
  const { exception, threads } = context.session.target;
  return {
    help: 'The debugger itself',
    properties: known([
      constant('Sessions', objectValue(sessionsObject(context)), 'The open targets'),
      constant('Settings', objectValue(settings(context)), 'Settings of the debugger'),
      constant(
        'State',
        objectValue(state(context)),
        'State pertaining to the current execution of the debugger (e.g.: user variables)',
      ),
      constant('Utility', objectValue(utilityObject(context)), 'Helpers for queries'),
      exception && {
        name: 'LastEvent',
        help: 'The event that the dump was written for',
        get: () => {
          const thread = threads.find((t) => t.id === exception.threadId);
          const { code, address, flags } = exception.record;
          return objectValue({
            display: () => `Exception 0x${(code >>> 0).toString(16)}`,
            properties: known([
              constant('Code', unsignedValue(code >>> 0)),
              constant('Address', unsignedValue(address)),
              constant('Flags', unsignedValue(flags >>> 0)),
              thread && constant('Thread', objectValue(threadObject(context, thread))),
            ]),
          });
        },
      },
    ]),
  };
}

function state(context: ObjectContext): ModelObject {
  return {
    properties: [
      constant(
        'DebuggerVariables',
        objectValue({ properties: debuggerVariables(context) }),
        'Debugger variables which are owned by the debugger and can be referenced by a pseudo-register prefix of @$',
      ),
      constant(
        'PseudoRegisters',
        objectValue(pseudoRegisters(context)),
        'Categorized debugger managed pseudo-registers which can be referenced by a pseudo-register prefix of @$',
      ),
      constant(
        'UserVariables',
        objectValue(userVariables(context)),
        'User variables which are maintained by the debugger and can be referenced by a pseudo-register prefix of @$',
      ),
    ],
  };
}

/** The variables that the debugger keeps: `@$curprocess` and its kin. */
export function debuggerVariables(context: ObjectContext): Property[] {
  const { session } = context;
  const { thread } = session;
  return known([
    { name: 'cursession', get: () => objectValue(sessionObject(context)) },
    { name: 'curprocess', get: () => objectValue(processObject(context)) },
    thread && { name: 'curthread', get: () => objectValue(threadObject(context, thread)) },
    thread && { name: 'curstack', get: () => objectValue(stackObject(context, thread)) },
    thread && { name: 'curframe', get: () => currentFrame(context) },
    { name: 'vars', get: () => objectValue(userVariables(context)) },
  ]);
}

function currentFrame(context: ObjectContext): ModelValue {
  const { thread } = context.session;
  const frame = context.session.currentFrame();
  if (!thread || !frame) return { kind: 'failure', reason: 'The current thread has no frames' };
  return objectValue(frameObject(context, thread, frame));
}

function pseudoRegisters({ model }: ObjectContext): ModelObject {
  const group = (name: string, registers: readonly string[]): Property => ({
    name,
    get: () =>
      objectValue({
        properties: registers.flatMap((register): Property[] => {
          const value = pseudoRegister(model.cpp, register);
          return value ? [constant(register, value)] : [];
        }),
      }),
  });
  return {
    properties: [group('General', GENERAL), group('RegisterAliases', ALIASES), group('User', USER)],
  };
}

/** A pseudo-register with its type; undefined where the dump has no value for it. */
function pseudoRegister(cpp: ObjectContext['model']['cpp'], name: string): ModelValue | undefined {
  const { operations } = cpp('');
  if (operations.environment.pseudo(`$${name}`) === undefined) return undefined;
  const value = operations.value({ kind: 'register', name: `$${name}`, at: 0 }, true);
  return { kind: 'native', value, plain: value.type.kind === 'basic' };
}

function userVariables({ userVariables, model }: ObjectContext): ModelObject {
  return {
    properties: [...userVariables].map(([name, value]) => constant(name, value)),
    methods: [
      {
        name: 'Remove',
        help: 'Remove(Name) - Removes a variable',
        async call([name]): Promise<ModelValue> {
          const wanted = name ? await textOf(model, name) : '';
          return boolValue(userVariables.delete(wanted.replace(/^@?\$/, '')));
        },
      },
      {
        name: 'Clear',
        help: 'Clear() - Removes all variables',
        call(): Awaitable<ModelValue> {
          userVariables.clear();
          return boolValue(true);
        },
      },
    ],
  };
}

function settings({ session }: ObjectContext): ModelObject {
  const { symbolOptions, typeOptions, sourcePath } = settingsOf(session);
  const group = (name: string, properties: readonly (Property | false)[]): Property =>
    constant(name, objectValue({ properties: known(properties) }));
  const { paths } = session;
  return {
    properties: [
      group('Display', [
        constant('TypeOptions', unsignedValue(typeOptions)),
        constant('Radix', unsignedValue(session.radix)),
        constant('FrameLimit', unsignedValue(session.frameLimit)),
      ]),
      group('Sources', [constant('SourcePath', textValue(sourcePath))]),
      group('Symbols', [
        constant('SymbolOptions', unsignedValue(symbolOptions)),
        paths !== undefined && constant('Sympath', textValue(paths.symbolPath)),
      ]),
    ],
  };
}

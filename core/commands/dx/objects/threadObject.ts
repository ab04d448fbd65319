import { formatAddress } from '../../../output/index.ts';
import {
  constant,
  objectValue,
  textValue,
  unsignedValue,
  type ModelObject,
  type ModelValue,
} from '../../../model/index.ts';
import type { Thread } from '../../../target/index.ts';
import { frameObject } from './frameObject.ts';
import { known, type ObjectContext } from './objectContext.ts';
import { registersObject } from './registersObject.ts';
import { structureValue } from './structureValue.ts';

/** `@$curprocess.Threads`: by thread id. */
export function threadsObject(context: ObjectContext): ModelObject {
  const { threads } = context.session.target;
  return {
    *items() {
      for (const thread of threads) {
        yield { key: unsignedValue(thread.id), value: objectValue(threadObject(context, thread)) };
      }
    },
    at(key) {
      const id = key.kind === 'native' ? key.value.scalar : undefined;
      const thread = threads.find((t) => BigInt(t.id) === id);
      return thread && objectValue(threadObject(context, thread));
    },
  };
}

export function threadObject(context: ObjectContext, thread: Thread): ModelObject {
  const { session } = context;
  const { machine } = session;
  return {
    identity: `thread ${thread.id}`,
    display: () => startOf(context, thread),
    action: { text: '[Switch To]', command: `~${thread.index}s` },
    properties: known([
      constant('Id', unsignedValue(thread.id), 'The id of the thread in the system'),
      constant('Index', unsignedValue(thread.index), 'The number that the debugger gives the thread'),
      {
        name: 'Name',
        help: 'The description of the thread',
        // queries over all threads ask for it
        hidden: thread.name === undefined,
        get: () => textValue(thread.name ?? ''),
      },
      constant('Stack', objectValue(stackObject(context, thread)), 'The call stack'),
      {
        name: 'Registers',
        help: 'The registers of the thread',
        get: () => registersObject(thread === session.thread ? session.registers() : thread.context(machine)),
      },
      {
        name: 'Environment',
        help: 'The environment block of the thread',
        get: () => objectValue({ properties: [environmentBlock(context, thread)] }),
      },
    ]),
    methods: [
      {
        name: 'SwitchTo',
        help: 'SwitchTo() - Switch to this thread as the default context',
        call() {
          session.selectThread(thread);
          return objectValue(threadObject(context, thread));
        },
      },
    ],
  };
}

/** ``app!main (00007ff7`fac7101e) ``: where the thread began, as far as the dump says. */
function startOf({ session }: ObjectContext, { startAddress }: Thread): string | undefined {
  if (startAddress === undefined || startAddress === 0n) return undefined;
  const name = session.symbols.describe(startAddress);
  const address = formatAddress(startAddress, session.machine.pointerSize);
  return name === undefined ? `0x${startAddress.toString(16)}` : `${name} (${address}) `;
}

function environmentBlock({ session }: ObjectContext, thread: Thread) {
  return {
    name: 'EnvironmentBlock',
    get: (): ModelValue => structureValue(session, '_TEB', thread.tebFor(session.machine)),
  };
}

/** The stack of a thread; of the current one from the context in effect. Walked when its frames are asked for. */
export function stackObject(context: ObjectContext, thread: Thread): ModelObject {
  const { session } = context;
  const walk = () =>
    session.walk(thread, thread === session.thread ? { from: session.registers() } : {}).frames;
  const frames: ModelObject = {
    *items() {
      for (const frame of walk()) {
        yield { key: unsignedValue(frame.index), value: objectValue(frameObject(context, thread, frame)) };
      }
    },
    at(key) {
      const index = key.kind === 'native' ? Number(key.value.scalar) : -1;
      const frame = walk()[index];
      return frame && objectValue(frameObject(context, thread, frame));
    },
  };
  return { properties: [constant('Frames', objectValue(frames), 'The frames, innermost first')] };
}

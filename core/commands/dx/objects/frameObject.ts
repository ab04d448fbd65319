import {
  addressValue,
  boolValue,
  constant,
  objectValue,
  signedValue,
  textValue,
  unsignedValue,
  type ModelObject,
  type ModelValue,
  type Property,
} from '../../../model/index.ts';
import type { Thread } from '../../../target/index.ts';
import type { Frame } from '../../../unwind/index.ts';
import type { Session } from '../../session.ts';
import { nameFrame } from '../../stack/index.ts';
import { UNAVAILABLE } from '../../values/index.ts';
import { frameVariables, placed } from '../../variables/index.ts';
import type { ObjectContext } from './objectContext.ts';

/** A frame of a thread's stack. */
export function frameObject(context: ObjectContext, thread: Thread, frame: Frame): ModelObject {
  const { session } = context;
  return {
    identity: `frame ${thread.id} ${frame.index}`,
    display: () => frameText(session, frame),
    action: { text: '[Switch To]', command: `~${thread.index}s; .frame 0n${frame.index}` },
    properties: [
      {
        name: 'LocalVariables',
        help: 'The variables of the frame',
        get: () => variablesOf(session, frame, false),
      },
      {
        name: 'Parameters',
        help: 'The arguments of the frame',
        get: () => variablesOf(session, frame, true),
      },
      {
        name: 'Attributes',
        help: 'What was found out about the frame',
        get: () => attributes(session, frame),
      },
    ],
    methods: [
      {
        name: 'SwitchTo',
        help: 'SwitchTo() - Switch to this frame as the default context',
        call() {
          if (thread !== session.thread) session.selectThread(thread);
          session.frame = frame.index;
          return objectValue(frameObject(context, thread, frame));
        },
      },
    ],
  };
}

/** `ntdll!LdrpDoDebuggerBreak + 0x30` */
function frameText(session: Session, frame: Frame): string {
  const name = nameFrame(session, frame);
  if (name.module === undefined) return `0x${frame.instruction.toString(16)}`;
  const start = name.function === undefined ? name.module : `${name.module}!${name.function}`;
  if (name.displacement === 0n) return start;
  const sign = name.displacement < 0n ? '-' : '+';
  const distance = name.displacement < 0n ? -name.displacement : name.displacement;
  return `${start} ${sign} 0x${distance.toString(16)}`;
}

/** Variables by name; of two with one name the inner one counts. */
function variablesOf(session: Session, frame: Frame, parameters: boolean): ModelValue {
  const variables = frameVariables(session, frame);
  const byName = new Map<string, Property>();
  for (const scope of variables?.scopes ?? []) {
    for (const variable of scope.variables) {
      if (variable.isParameter !== parameters) continue;
      const get = (): ModelValue => {
        const place = variables && placed(session, variables, variable);
        if (!place) return { kind: 'failure', reason: UNAVAILABLE };
        const { type, address, memory, inMemory, module } = place;
        const at = { address, memory, inRegisters: !inMemory };
        return { kind: 'native', value: { type, place: at, module: module.name } };
      };
      byName.set(variable.name, { name: variable.name, get });
    }
  }
  return objectValue({ properties: [...byName.values()] });
}

function attributes(session: Session, frame: Frame): ModelValue {
  const line = session.symbols.line(frame.lookup);
  return objectValue({
    properties: [
      constant('InstructionOffset', addressValue(frame.instruction)),
      constant('ReturnOffset', addressValue(frame.returnAddress ?? 0n)),
      constant('FrameOffset', addressValue(frame.registers.fp)),
      constant('StackOffset', addressValue(frame.registers.sp)),
      constant('Virtual', signedValue(frame.index === 0 ? 1 : 0)),
      constant('Inline', boolValue(frame.inline)),
      constant('FrameNumber', unsignedValue(frame.index)),
      constant('FoundBy', textValue(frame.how)),
      ...(line
        ? [
            constant(
              'SourceInformation',
              objectValue({
                display: () => `${line.file} @ ${line.line}`,
                properties: [
                  constant('SourceFile', textValue(line.file)),
                  constant('SourceLine', unsignedValue(line.line)),
                ],
              }),
            ),
          ]
        : []),
    ],
  });
}

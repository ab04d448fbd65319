import {
  frameText,
  nameFrame,
  parseStackOptions,
  stackModel,
  type StackRow,
} from '../../commands/stack/index.ts';
import type { Session } from '../../commands/index.ts';
import type { StackFrameModel, StackPaneModel } from '../../protocol/index.ts';
import type { Frame } from '../../unwind/index.ts';
import type { PaneCall } from '../paneCall.ts';

/** Frames that the pane shows at first; deep recursion has more, and says so. */
const FRAMES = 256;

/** The stack of the context, .ecxr's included. */
export function stackPane({ session }: PaneCall, { limit = FRAMES }: { limit?: number }): StackPaneModel {
  const options = { ...parseStackOptions('kbp', '', session), count: limit };
  const { trace, rows, thread } = stackModel(session, undefined, options);
  return {
    thread: thread?.index,
    current: session.frame,
    frames: rows.map((row) => ({ ...frameModel(session, row.frame), arguments: argumentsText(row) })),
    end: trace.end,
    truncated: trace.truncated,
  };
}

/** What the function was called with, where private symbols name it; else, on x86, the first words above its frame. */
function argumentsText({ parameters, args, frame }: StackRow): string | undefined {
  if (parameters) return parameters.map((p) => `${p.name} = ${p.value ?? '??'}`).join(', ');
  // x64 and ARM64 pass the first arguments in registers: what lies there is seldom theirs
  if (frame.registers.machine.kind !== 'x86' || !args) return undefined;
  return args.map((a) => a?.toString(16).padStart(8, '0') ?? '????????').join(' ');
}

/** One frame as the stack pane and the summary show it. */
export function frameModel(session: Session, frame: Frame): StackFrameModel {
  const name = nameFrame(session, frame);
  return {
    index: frame.index,
    instruction: frame.instruction,
    frame: frame.frame,
    returnAddress: frame.returnAddress,
    text: frameText(name, frame),
    guessedName:
      name.function !== undefined &&
      name.displacement !== 0n &&
      frame.module !== undefined &&
      session.symbols.status(frame.module) === 'export',
    module: name.module,
    source: name.source,
    inline: frame.inline,
    how: frame.how,
    warning: frame.warning,
  };
}

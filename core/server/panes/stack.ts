import { frameText, nameFrame, parseStackOptions, stackModel } from '../../commands/stack/index.ts';
import type { Session } from '../../commands/index.ts';
import type { StackFrameModel, StackPaneModel, ThreadRowModel } from '../../protocol/index.ts';
import type { Frame } from '../../unwind/index.ts';
import type { PaneCall } from '../paneCall.ts';

/** Frames that the pane shows at first; deep recursion has more, and says so. */
const FRAMES = 256;

/** The stack of the context, .ecxr's included. */
export function stackPane({ session }: PaneCall, { limit = FRAMES }: { limit?: number }): StackPaneModel {
  const options = { ...parseStackOptions('k', '', session), count: limit };
  const { trace, rows, thread } = stackModel(session, undefined, options);
  return {
    thread: thread?.index,
    current: session.frame,
    frames: rows.map((row) => frameModel(session, row.frame)),
    end: trace.end,
    truncated: trace.truncated,
  };
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
    module: name.module,
    source: name.source,
    inline: frame.inline,
    how: frame.how,
    warning: frame.warning,
  };
}

/** All threads, each with where it is. Symbols that are not loaded yet are not asked for: a list must not download. */
export async function threadsPane({ session, pace }: PaneCall): Promise<ThreadRowModel[]> {
  const rows: ThreadRowModel[] = [];
  const { threads, exception } = session.target;
  for (const thread of threads) {
    const registers = thread.context(session.machine) ?? thread.context(session.target.system.machine);
    rows.push({
      index: thread.index,
      id: thread.id,
      name: thread.name,
      teb: thread.teb,
      suspendCount: thread.suspendCount,
      priority: thread.priority,
      current: thread === session.thread,
      event: thread.id === exception?.threadId,
      state: registers ? placeOf(session, registers.ip) : 'no registers in the dump',
    });
    if (pace.due()) await pace.rest({ done: rows.length, total: threads.length, what: 'threads' });
  }
  return rows;
}

function placeOf(session: Session, address: bigint): string {
  const module = session.target.modules.find(address);
  if (!module) return `0x${address.toString(16)}`;
  return session.symbols.describe(address) ?? module.name;
}

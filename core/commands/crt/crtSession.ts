import { CrtContext, type CallStack, type CrtMap, detectRuntimes } from '../../crt/index.ts';
import type { RegisterContext, Thread } from '../../target/index.ts';
import { walkStack } from '../../unwind/index.ts';
import { heapsOf } from '../heap/index.ts';
import type { Pace } from '../pace.ts';
import { perModuleList } from '../perModuleList.ts';
import { allViews } from '../process/index.ts';
import type { Session } from '../session.ts';

/** Frames of a stack that are searched for frees: the innermost, as deep as k shows by default. */
const FRAMES = 256;

/** What the C runtimes of a session's process are worked out from: kept, with what was found. */
export const crtContextOf = perModuleList(
  (session) =>
    new CrtContext({ views: allViews(session), heaps: heapsOf(session), symbols: session.symbols }),
);

/** The C runtimes of a session's process. */
export function crtMapOf(session: Session, pace: Pace): Promise<CrtMap> {
  return detectRuntimes(crtContextOf(session), pace);
}

/** All stacks of the process, or those of one thread: that of the exception first; in a WOW64 process of both sides. */
export function* stacksOf(session: Session, threadId?: number): Iterable<CallStack> {
  const { target } = session;
  const { exception } = target;
  if (exception?.context && (threadId ?? exception.threadId) === exception.threadId) {
    const thread = target.threads.find((t) => t.id === exception.threadId);
    yield stackFrom(session, exception.context, thread, true);
  }
  for (const machine of target.machines) {
    for (const thread of target.threads) {
      if (threadId !== undefined && thread.id !== threadId) continue;
      const registers = thread.context(machine);
      if (registers) yield stackFrom(session, registers, thread, false);
    }
  }
}

function stackFrom(
  { target, symbols }: Session,
  registers: RegisterContext,
  thread: Thread | undefined,
  ofException: boolean,
): CallStack {
  const { machine } = registers;
  const { frames } = walkStack({ target, symbols, machine, thread, registers, limit: FRAMES });
  return { thread: thread && { index: thread.index, id: thread.id }, ofException, frames };
}

import type { Machine, RegisterContext, Thread } from '../../target/index.ts';
import { walk } from './crashInput.ts';
import { waitFinder, type WaitInput } from './findWaits.ts';
import type { NamedFrame, ThreadWait } from './model.ts';
import { nameFrames } from './nameFrames.ts';
import { skipReason } from './skipRules.ts';

/** Frames from the innermost among which a thread's own code is looked for: the system seldom has more above it. */
const STATE_FRAMES = 32;

/** What a thread does, as its stack tells. */
export interface ThreadState {
  readonly wait?: ThreadWait;
  /** the innermost frame; undefined where the dump has no registers for the thread */
  readonly top?: NamedFrame;
  /** the innermost frame that is neither the system's nor the runtime's */
  readonly own?: NamedFrame;
}

/**
 * Tells what one thread after the other does; what concerns all threads is found once. A thread is walked from its own
 * registers or from those given, which are another view's at times: those of an exception.
 */
export function threadStates(
  input: WaitInput,
  machine: Machine,
): (thread: Thread, registers?: RegisterContext) => ThreadState {
  const waitOf = waitFinder(input, machine);
  return (thread, registers = thread.context(machine)) => {
    const { frames } = walk(input, registers?.machine ?? machine, thread, registers, STATE_FRAMES);
    const named = nameFrames(input.symbols, frames);
    return {
      wait: waitOf(thread, named),
      top: named[0],
      own: named.find((frame) => skipReason(frame) === undefined),
    };
  };
}

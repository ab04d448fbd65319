import { formatAddress, span, type Line } from '../../output/index.ts';
import type { Thread } from '../../target/index.ts';
import type { Session } from '../session.ts';

/** `.  0  Id: 954.1c74 Suspend: 1 Teb: 00fdb000 Unfrozen "name"`: what stands above a thread's stack. */
export function threadHeading(session: Session, thread: Thread): Line {
  const { system, exception } = session.target;
  const mark = thread === session.thread ? '.' : thread.id === exception?.threadId ? '#' : ' ';
  const teb = thread.tebFor(session.machine) ?? thread.teb;
  const id = `${(system.processId ?? 0).toString(16)}.${thread.id.toString(16)}`;
  const name = thread.name === undefined ? '' : ` "${thread.name}"`;
  return [
    span(`${mark}${String(thread.index).padStart(3)}  Id: `),
    span(id, undefined, `~${thread.index}s`),
    span(` Suspend: ${thread.suspendCount ?? 0} Teb: `),
    span(formatAddress(teb, session.machine.pointerSize), 'address'),
    span(` Unfrozen${name}`),
  ];
}

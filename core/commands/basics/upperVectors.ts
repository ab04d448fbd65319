import { XStateFeature } from '../../minidump/index.ts';
import type { RegisterContext } from '../../target/index.ts';
import type { Session } from '../session.ts';

/** Bytes of a ymm register that its xmm register does not hold. */
const HALF = 16;

/**
 * The upper halves of ymm0 and on, which stand in the extended state behind a thread's CONTEXT. Undefined where the
 * registers are from elsewhere (an outer frame, .cxr) or the dump holds no such state; a state that is not there since it
 * was never used reads as zeros.
 */
export function upperVectors(
  session: Session,
  registers: RegisterContext,
): ((index: number) => Uint8Array) | undefined {
  const { dump, exception } = session.target;
  if (!dump) return undefined;
  const isAt = (other: RegisterContext | undefined): boolean =>
    other?.ip === registers.ip && other.sp === registers.sp;
  const location = isAt(exception?.context)
    ? dump.exception?.context
    : isAt(session.thread?.context(session.machine))
      ? dump.threads.find(({ id }) => id === session.thread?.id)?.context
      : undefined;
  const state = location && dump.extendedState(dump.context(location));
  if (!state) return undefined;
  const halves = state.components.get(XStateFeature.Avx);
  return (index) => halves?.subarray(index * HALF, (index + 1) * HALF) ?? new Uint8Array(HALF);
}

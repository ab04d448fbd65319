import { XStateFeature, type ExtendedState } from '../../minidump/index.ts';
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
  const state = extendedStateOf(session, registers);
  if (!state) return undefined;
  const halves = state.components.get(XStateFeature.Avx);
  return (index) => halves?.subarray(index * HALF, (index + 1) * HALF) ?? new Uint8Array(HALF);
}

/** Masks, upper halves of zmm0 and on, or zmm16 and on are behind the registers, and are not as a process begins with them. */
export function hasAvx512(session: Session, registers: RegisterContext): boolean {
  const { Avx512KMask, Avx512ZmmHigh, Avx512Zmm } = XStateFeature;
  const components = extendedStateOf(session, registers)?.components;
  return [Avx512KMask, Avx512ZmmHigh, Avx512Zmm].some((feature) => components?.has(feature));
}

function extendedStateOf(session: Session, registers: RegisterContext): ExtendedState | undefined {
  const { dump, exception } = session.target;
  if (!dump) return undefined;
  const isAt = (other: RegisterContext | undefined): boolean =>
    other?.ip === registers.ip && other.sp === registers.sp;
  const location = isAt(exception?.context)
    ? dump.exception?.context
    : isAt(session.thread?.context(session.machine))
      ? dump.threads.find(({ id }) => id === session.thread?.id)?.context
      : undefined;
  return location && dump.extendedState(dump.context(location));
}

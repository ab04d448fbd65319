import type { Machine } from '../target/index.ts';

/** KUSER_SHARED_DATA lies here in every process; the debugger has a name for it though no module holds it. */
const START = 0x7ffe0000n;
const SIZE = 0x1000n;
/** SystemCall of 32-bit Windows XP to 7: what stubs call through. */
const SYSTEM_CALL_STUB = 0x7ffe0300n;

/** `SharedUserData+0x308`; undefined for addresses elsewhere. */
export function sharedDataName(address: bigint, machine: Machine): string | undefined {
  const offset = address - START;
  if (offset < 0n || offset >= SIZE) return undefined;
  if (address === SYSTEM_CALL_STUB && machine.kind === 'x86') return 'SharedUserData!SystemCallStub';
  return offset === 0n ? 'SharedUserData' : `SharedUserData+0x${offset.toString(16)}`;
}

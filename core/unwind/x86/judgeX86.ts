import { callBefore } from '../callSite.ts';
import type { Verdict } from '../scanStack.ts';
import type { WalkSpace } from '../walkSpace.ts';

/** A thunk that a call may go through: incremental linking's `jmp`, an import's `jmp [slot]`. */
const MAX_THUNKS = 4;

/**
 * Whether an address is one that a call returns to. Where the called function's start is given and the call names its
 * target, that target decides: `sure` where they agree. `unknown` code (its bytes are nowhere) may hold anything.
 */
export function judgeX86(space: WalkSpace, address: number, functionStart?: number): Verdict {
  const entry = space.modules.find(address);
  if (!entry?.isCode(address) || entry.base === address) return 'no';
  const site = callBefore(space.code, address, 4);
  if (site === 'none') return 'no';
  if (site === 'unknown' || functionStart === undefined) return 'maybe';
  const target = site.target ?? (site.slot === undefined ? undefined : space.code.u32(site.slot));
  return target !== undefined && leadsTo(space, target, functionStart) ? 'sure' : 'maybe';
}

function leadsTo(space: WalkSpace, target: number, start: number): boolean {
  let at = target;
  for (let i = 0; i <= MAX_THUNKS; i++) {
    if (at === start) return true;
    const b = space.code.bytes(at, 6);
    if (!b) return false;
    const operand = (from: number): number =>
      ((b[from] ?? 0) |
        ((b[from + 1] ?? 0) << 8) |
        ((b[from + 2] ?? 0) << 16) |
        ((b[from + 3] ?? 0) << 24)) >>>
      0;
    if (b[0] === 0xe9) at = (at + 5 + operand(1)) >>> 0;
    else if (b[0] === 0xff && b[1] === 0x25) {
      const slot = space.code.u32(operand(2));
      if (slot === undefined) return false;
      at = slot;
    } else return false;
  }
  return false;
}

import { callBefore } from '../callSite.ts';
import type { Verdict } from '../scanStack.ts';
import { symbolsAllowReturn } from '../symbolVerdict.ts';
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
  if (site === 'unknown') return symbolsAllowReturn(space, entry, address) ? 'maybe' : 'no';
  if (functionStart === undefined) return 'maybe';
  const target = site.target ?? (site.slot === undefined ? undefined : space.code.u32(site.slot));
  return target !== undefined && leadsTo(space, target, functionStart) ? 'sure' : 'maybe';
}

/** Where a call of `target` ends up, thunks passed. */
export function jumpThrough(space: WalkSpace, target: number): number {
  let at = target;
  for (let i = 0; i < MAX_THUNKS; i++) {
    const next = thunkTarget(space, at);
    if (next === undefined) break;
    at = next;
  }
  return at;
}

function leadsTo(space: WalkSpace, target: number, start: number): boolean {
  let at: number | undefined = target;
  for (let i = 0; i <= MAX_THUNKS && at !== undefined; i++) {
    if (at === start) return true;
    at = thunkTarget(space, at);
  }
  return false;
}

function thunkTarget({ code }: WalkSpace, at: number): number | undefined {
  const b = code.bytes(at, 6);
  if (!b) return undefined;
  const operand = (from: number): number =>
    ((b[from] ?? 0) | ((b[from + 1] ?? 0) << 8) | ((b[from + 2] ?? 0) << 16) | ((b[from + 3] ?? 0) << 24)) >>>
    0;
  if (b[0] === 0xe9) return (at + 5 + operand(1)) >>> 0;
  return b[0] === 0xff && b[1] === 0x25 ? code.u32(operand(2)) : undefined;
}

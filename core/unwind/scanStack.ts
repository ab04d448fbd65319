import type { ModuleEntry } from './moduleIndex.ts';
import type { WalkSpace } from './walkSpace.ts';

/** What a word on the stack may be: 'no' return address, one as far as can be seen, or certainly the one looked for. */
export type Verdict = 'no' | 'maybe' | 'sure';

/** A word that may be a return address, and where it lies. */
export interface Candidate {
  readonly slot: number;
  readonly address: number;
  readonly verdict: Verdict;
}

/** Judges a word that points into a module's code. */
export type Judge = (address: number, entry: ModuleEntry) => Verdict;

/** Words looked at: 16 or 32 KiB of locals. */
export const SCAN_WORDS = 4096;
/** A word that is certain is taken before a doubtful one that lies at most this many words below it. */
const SURE_WITHIN = 128;

/**
 * The last resort: looks upwards from `from` for the word that is most likely the return address. `width` is a
 * pointer's size; `words` bounds the search, and so do the stack's end and the first unreadable word.
 */
export function scanStack(
  space: WalkSpace,
  from: number,
  words: number,
  width: 4 | 8,
  judge: Judge,
): Candidate | undefined {
  const { stack, modules, bounds } = space;
  const high = bounds && from >= bounds.low && from < bounds.high ? bounds.high : Infinity;
  let maybe: Candidate | undefined;
  for (let i = 0, slot = from; i < words && slot + width <= high; i++, slot += width) {
    if (maybe && slot - maybe.slot > SURE_WITHIN * width) break;
    const address = width === 4 ? stack.u32(slot) : stack.pointer(slot);
    if (address === undefined) break;
    const entry = modules.find(address);
    if (!entry?.isCode(address)) continue;
    const verdict = judge(address, entry);
    if (verdict === 'sure') return { slot, address, verdict };
    if (verdict === 'maybe') maybe ??= { slot, address, verdict };
  }
  return maybe;
}

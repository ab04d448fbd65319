import type { Module } from '../target/index.ts';
import type { CrtMap, RuntimeCopy } from './model.ts';

/** Whether memory of one runtime may be freed by another. `works today`: by accident, because they share a heap. */
export type Answer = 'yes' | 'no' | 'works today';

export interface Verdict {
  readonly answer: Answer;
  /** a sentence, the same for all verdicts of its kind but for addresses */
  readonly reason: string;
}

/** Whether `by` may free what `from` has allocated, and why (CRT.md, section 6). */
export function mayFree(from: RuntimeCopy, by: RuntimeCopy): Verdict {
  if (from === by) return yes('one copy of the runtime, with one heap and one list of blocks');
  if (from.family === 'own' || by.family === 'own') {
    return no(
      "one of the two does not allocate from a Win32 heap: the other's free is given an address it knows nothing of",
    );
  }
  const [a, b] = [from.handle?.value, by.handle?.value];
  if (a === undefined || b === undefined) {
    return no(
      'two copies of a runtime; the dump does not show which heaps they use, and nothing promises that it is one',
    );
  }
  if (a !== b) {
    return no(
      'different heaps: HeapFree gets a block of another heap, which is a heap failure (C0000374) since Windows Vista, and was silent damage before',
    );
  }
  return onOneHeap(from, by, a);
}

function onOneHeap(from: RuntimeCopy, by: RuntimeCopy, heap: bigint): Verdict {
  if (from.debug && by.debug) {
    if (isOld(from) !== isOld(by) && !is64(from)) {
      return no(
        'one heap, but the debug headers differ: size and type of a block have changed places in the UCRT',
      );
    }
    return no(
      'one heap, but each debug runtime keeps its blocks on a list of its own: to unlink a block of the other asserts, or breaks both lists',
    );
  }
  if (from.debug) {
    return no(
      'one heap, but debug memory begins with a header: the release runtime would free an address inside the heap block',
    );
  }
  if (by.debug) {
    return no(
      'one heap, but the debug runtime looks for its header in front of the memory: it asserts (_CrtIsValidHeapPointer, block type), or reads outside the block',
    );
  }
  const maybe = from.debug === undefined || by.debug === undefined ? ', if neither is a debug runtime' : '';
  return {
    answer: 'works today',
    reason: `both use heap 0x${heap.toString(16)}, so the free finds its block${maybe}; that is by accident: another build or another allocator in one of the two ends it`,
  };
}

/** The modules that may free memory of a runtime, those for which it works by accident, and those that must not. */
export interface Freers {
  readonly may: readonly Module[];
  readonly worksToday: readonly Module[];
  readonly mustNot: readonly Module[];
}

/** Sorts all modules that have a runtime by what they may do with memory of one copy. */
export function freersOf(map: CrtMap, from: RuntimeCopy): Freers {
  const groups = { yes: new Set<Module>(), 'works today': new Set<Module>(), no: new Set<Module>() };
  for (const by of map.runtimes) {
    const { answer } = mayFree(from, by);
    for (const user of by.users) groups[answer].add(user);
  }
  // a module with two runtimes may free with the right one
  const may = [...groups.yes];
  const works = [...groups['works today']].filter((m) => !groups.yes.has(m));
  const mustNot = [...groups.no].filter((m) => !groups.yes.has(m) && !groups['works today'].has(m));
  return { may, worksToday: works, mustNot };
}

function isOld({ family }: RuntimeCopy): boolean {
  return family !== 'ucrt';
}

function is64({ module }: RuntimeCopy): boolean {
  return module.machine?.pointerSize === 8;
}

function yes(reason: string): Verdict {
  return { answer: 'yes', reason };
}

function no(reason: string): Verdict {
  return { answer: 'no', reason };
}

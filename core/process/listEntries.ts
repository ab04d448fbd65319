import { type Address, type Memory, readPointer, tryRead } from '../target/index.ts';

/** Why a walk along a LIST_ENTRY chain ended: back at its head, or something a sound list does not have. */
export type ListEnd = 'complete' | 'unreadable' | 'cycle' | 'limit';

export interface LinkedList {
  /** addresses of the links, the head left out */
  readonly links: readonly Address[];
  readonly end: ListEnd;
  /** where it ended when it is not complete: the link that could not be followed */
  readonly stoppedAt?: Address;
}

/**
 * The links of a doubly linked list from its head along Flink. Bounded by `limit` and by a set of the seen: a list in a
 * damaged process may run anywhere.
 */
export function walkList(memory: Memory, head: Address, pointerSize: 4 | 8, limit: number): LinkedList {
  const links: Address[] = [];
  const seen = new Set<Address>([head]);
  let at = head;
  for (;;) {
    const from = at;
    const next = tryRead(() => readPointer(memory, from, pointerSize));
    if (next === undefined) return { links, end: 'unreadable', stoppedAt: from };
    if (next === head) return { links, end: 'complete' };
    if (next === 0n) return { links, end: 'unreadable', stoppedAt: next };
    if (seen.has(next)) return { links, end: 'cycle', stoppedAt: next };
    if (links.length >= limit) return { links, end: 'limit', stoppedAt: next };
    seen.add(next);
    links.push(next);
    at = next;
  }
}

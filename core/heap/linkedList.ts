import type { AddressReader } from './addressReader.ts';

/** The links of a LIST_ENTRY ring, the head left out. */
export interface LinkedRing {
  readonly links: readonly number[];
  /** where the ring cannot be followed or does not lead back, and what stands there */
  readonly broken?: { readonly at: number; readonly next: number | undefined };
}

/**
 * The links of a ring from its head along Flink. Where it breaks, the rest is taken from the head along Blink, so that
 * one damaged link hides nothing else. Bounded by `limit` and a set of the seen.
 */
export function readRing(reader: AddressReader, head: number, pointerSize: 4 | 8, limit: number): LinkedRing {
  const seen = new Set<number>([head]);
  const forward = follow(reader, head, { offset: 0, back: pointerSize }, pointerSize, limit, seen);
  if (!forward.broken) return forward;
  const backward = follow(reader, head, { offset: pointerSize, back: 0 }, pointerSize, limit, seen);
  return { links: [...forward.links, ...backward.links.toReversed()], broken: forward.broken };
}

function follow(
  reader: AddressReader,
  head: number,
  direction: { readonly offset: number; readonly back: number },
  pointerSize: 4 | 8,
  limit: number,
  seen: Set<number>,
): LinkedRing {
  const links: number[] = [];
  let at = head;
  for (;;) {
    const next = reader.tryPointer(at + direction.offset, pointerSize);
    if (next === undefined) return { links, broken: { at, next } };
    // a member that does not lead back is not believed, whoever points at it
    if (reader.tryPointer(next + direction.back, pointerSize) !== at) return { links, broken: { at, next } };
    if (next === head) return { links };
    if (seen.has(next) || links.length >= limit) return { links, broken: { at, next } };
    seen.add(next);
    links.push(next);
    at = next;
  }
}

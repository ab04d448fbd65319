import { hexAddress } from '../../bytes/index.ts';
import { addressOf } from '../addressReader.ts';
import type { HeapFinding } from '../model.ts';
import type { NtHeap } from './ntHeap.ts';

/** FrontEndHeap leads to as many HEAP_LOOKASIDE as there are free lists. */
const LISTS = 128;
/** An SLIST counts its members in 16 bits. */
const MAX_DEPTH = 0x10000;

/** The blocks that lie on XP's lookaside lists: free, though their headers say busy. */
export interface LookasideBlocks {
  /** entries */
  readonly entries: ReadonlySet<number>;
  readonly findings: readonly HeapFinding[];
  /** for the person: what the dump lacks of the lists */
  readonly notes: readonly string[];
}

/**
 * Walks the lookaside lists of an XP or 2003 heap (HEAPS.md 3). Members are user pointers; the number of members stands
 * in the SLIST_HEADER.
 */
export function readLookaside(heap: NtHeap): LookasideBlocks {
  const entries = new Set<number>();
  const findings: HeapFinding[] = [];
  const notes: string[] = [];
  const { layouts, reader, pointerSize, unit } = heap;
  if (heap.coded || heap.frontEnd !== 'lookaside' || !layouts.record('_HEAP_LOOKASIDE'))
    return { entries, findings, notes };
  const size = layouts.size('_HEAP_LOOKASIDE');
  let unseen = 0;
  for (let i = 0; i < LISTS; i++) {
    const head = heap.frontEndHeap + i * size;
    if (!reader.has(head, 16)) break;
    const depth = pointerSize === 4 ? reader.u16(head + 4) : reader.u16(head);
    let user = pointerSize === 4 ? reader.u32(head) : first64(heap, head);
    let count = 0;
    while (user !== 0) {
      const entry = user - unit;
      if (!heap.whole && !reader.has(user, pointerSize)) {
        // this one is free as well; who comes behind it stands in memory that is not there
        entries.add(entry);
        unseen += Math.max(0, depth - count - 1);
        break;
      }
      if (!reader.has(user, pointerSize) || entries.has(entry) || count >= MAX_DEPTH) {
        findings.push({
          address: addressOf(head),
          kind: 'lookaside',
          problem: entries.has(entry)
            ? 'the lookaside list leads to a block that is on a list already'
            : 'the lookaside list leads out of the heap',
          expected: 'the next block, or null',
          found: hexAddress(user),
        });
        break;
      }
      entries.add(entry);
      count++;
      user = reader.pointer(user, pointerSize);
    }
    if (user === 0 && count !== depth) {
      findings.push({
        address: addressOf(head),
        kind: 'lookaside',
        problem: 'the lookaside list has other blocks than it counts',
        expected: `${depth}`,
        found: `${count}`,
      });
    }
  }
  if (unseen > 0) {
    notes.push(
      `lookaside lists lead on to memory that is not in the dump: ${unseen} more of the busy blocks are free`,
    );
  }
  return { entries, findings, notes };
}

/**
 * The first member of a 64-bit SLIST_HEADER: of the 16 byte form (its second qword has bit 0 set) the upper 60 bits, of
 * the 8 byte form 39 bits from bit 25, both in units of 16 (winnt.h, SLIST_HEADER).
 */
function first64({ reader }: NtHeap, head: number): number {
  const low = reader.u32(head + 8);
  if ((low & 1) !== 0) return reader.u64(head + 8) - (low & 0xf);
  const high = reader.u32(head + 4);
  return (high * 0x80 + (reader.u32(head) >>> 25)) * 16;
}

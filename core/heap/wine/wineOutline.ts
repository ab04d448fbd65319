import { addressOf } from '../addressReader.ts';
import type { HeapContext, HeapOutline, HeapReference } from '../model.ts';
import { holdsHeaps, OutlineProblems } from '../outlineProblems.ts';
import { readWineHeap } from './wineHeap.ts';
import { readLargeBlocks, readSubheaps } from './wineSubheaps.ts';

/** The header, subheaps and large blocks of a Wine heap. Throws `NotAvailable` where its header is not in the dump. */
export function wineOutline(reference: HeapReference, context: HeapContext): HeapOutline {
  const heap = readWineHeap(reference, context);
  const problems = new OutlineProblems(heap.reader, holdsHeaps(context.view.target));
  const subheaps = readSubheaps(heap, problems);
  const large = readLargeBlocks(heap, problems);
  const largeBytes = large.reduce((sum, b) => sum + b.end - b.region, 0);
  return {
    reference,
    flags: heap.flags,
    forceFlags: heap.forceFlags,
    frontEnd: heap.lowFragmentation ? 'lfh' : 'none',
    reserved: subheaps.reduce((sum, s) => sum + s.end - s.start, largeBytes),
    committed: subheaps.reduce((sum, s) => sum + s.commitEnd - s.start, largeBytes),
    segments: subheaps.map((s) => ({
      address: addressOf(s.address),
      start: addressOf(s.start),
      end: addressOf(s.end),
      committed: s.commitEnd - s.start,
      firstEntry: addressOf(s.firstHeader),
      uncommittedRanges: s.commitEnd < s.end ? 1 : 0,
      largestUncommitted: s.end - s.commitEnd,
    })),
    uncommitted: subheaps
      .filter((s) => s.commitEnd < s.end)
      .toSorted((a, b) => a.start - b.start)
      .map((s) => ({ start: addressOf(s.commitEnd), end: addressOf(s.end) })),
    largeRegions: large
      .toSorted((a, b) => a.region - b.region)
      .map((b) => ({ start: addressOf(b.region), end: addressOf(b.end) })),
    granularity: heap.unit,
    counters: { virtualBlocks: large.length },
    keys: [],
    notes: [...problems.notes, heap.version === 'A' ? "Wine's heap (8.0)" : "Wine's heap (9.0 or later)"],
    findings: problems.findings,
  };
}

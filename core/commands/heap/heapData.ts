import { hexAddress } from '../../bytes/index.ts';
import type { HeapBlock, HeapFinding, HeapReference, HeapSnapshot, HeapSummary } from '../../heap/index.ts';
import type { JsonObject } from '../../output/index.ts';

/** A row of `!heap -s` (cli.md). */
export function summaryData(reference: HeapReference, summary: HeapSummary | undefined): JsonObject {
  return {
    index: reference.index,
    address: hexAddress(reference.address),
    kind: reference.kind,
    machine: reference.machine.kind,
    flags: summary && hexAddress(summary.flags),
    reserved: summary?.reserved,
    committed: summary?.committed,
    freeBytes: summary?.freeBytes,
    busyBlocks: summary?.busyBlocks,
    freeBlocks: summary?.freeBlocks,
    frontEnd: summary?.frontEnd,
    errors: summary?.errors,
  };
}

/** `!heap -h`: the heap with its segments, blocks and findings (cli.md). */
export function snapshotData(snapshot: HeapSnapshot): JsonObject {
  const { blocks } = snapshot;
  return {
    ...summaryData(snapshot.reference, snapshot),
    segments: snapshot.segments.map((s) => ({
      start: hexAddress(s.start),
      end: hexAddress(s.end),
      committed: s.committed,
    })),
    blocks: Array.from({ length: blocks.length }, (_, i) => blockData(blocks.at(i))),
    errors: snapshot.findings.map(findingData),
  };
}

/** A block as all heap commands give it (cli.md). */
export function blockData(block: HeapBlock | undefined): JsonObject | undefined {
  return (
    block && {
      entry: hexAddress(block.entry),
      user: block.user === undefined ? undefined : hexAddress(block.user),
      size: block.size,
      userSize: block.userSize,
      state: block.state,
      part: block.part,
    }
  );
}

export function findingData({ address, problem, expected, found }: HeapFinding): JsonObject {
  return { address: hexAddress(address), problem, expected, found };
}

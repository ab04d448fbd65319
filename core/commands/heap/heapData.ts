import { hexAddress } from '../../bytes/index.ts';
import type {
  HeapBlock,
  HeapFinding,
  HeapOutline,
  HeapReference,
  HeapSnapshot,
  HeapSummary,
} from '../../heap/index.ts';

/** A heap as the list has it. */
export function referenceData(reference: HeapReference) {
  return {
    index: reference.index,
    address: hexAddress(reference.address),
    kind: reference.kind,
    machine: reference.machine.kind,
    origin: reference.origin,
    note: reference.note,
  };
}

/** A row of `!heap -s` (cli.md). `problem`: why there are no figures. */
export function summaryData(reference: HeapReference, summary: HeapSummary | undefined, problem?: string) {
  return {
    ...referenceData(reference),
    flags: summary && hexAddress(summary.flags),
    reserved: summary?.reserved,
    committed: summary?.committed,
    freeBytes: summary?.freeBytes,
    busyBlocks: summary?.busyBlocks,
    busyBytes: summary?.busyBytes,
    userBytes: summary?.userBytes,
    freeBlocks: summary?.freeBlocks,
    internalBlocks: summary?.internalBlocks,
    frontEnd: summary?.frontEnd,
    frontEndBlocks: summary?.frontEndBlocks,
    errors: summary?.errors,
    missingBytes: summary && missingBytes(summary),
    keys: summary?.keys.map(({ name, value, source }) => ({ name, value: hexAddress(value), source })),
    notes: summary && summary.notes.length > 0 ? summary.notes : undefined,
    problem,
  };
}

/** Committed memory that the dump does not hold, in bytes. */
export function missingBytes({ missing }: HeapSummary): number {
  return missing.reduce((sum, { start, end }) => sum + Number(end - start), 0);
}

export function segmentData({ segments }: HeapOutline) {
  return segments.map((s) => ({
    start: hexAddress(s.start),
    end: hexAddress(s.end),
    committed: s.committed,
  }));
}

/**
 * `!heap -h`: the heap with its segments, blocks and findings (cli.md). Blocks become objects only when somebody reads
 * them, which text output does not.
 */
export function snapshotData(snapshot: HeapSnapshot) {
  const { blocks } = snapshot;
  return {
    ...summaryData(snapshot.reference, snapshot),
    segments: segmentData(snapshot),
    get blocks() {
      return Array.from({ length: blocks.length }, (_, i) => blockData(blocks.at(i)));
    },
    errors: snapshot.findings.map(findingData),
  };
}

/** A block as all heap commands give it (cli.md). */
export function blockData(block: HeapBlock | undefined) {
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

export function findingData({ address, kind, problem, expected, found }: HeapFinding) {
  return { address: hexAddress(address), kind, problem, expected, found };
}

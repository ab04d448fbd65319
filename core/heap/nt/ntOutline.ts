import { addressOf } from '../addressReader.ts';
import { hexAddress } from '../../bytes/index.ts';
import type { HeapContext, HeapCounters, HeapOutline, HeapReference, HeapSegment } from '../model.ts';
import { lfhKey } from './lfh/lfhKey.ts';
import { type NtHeap, readNtHeap } from './ntHeap.ts';
import { type NtSegment, readSegments } from './ntSegments.ts';
import { readVirtualBlocks } from './virtualBlocks.ts';

/** HEAP.Signature */
const HEAP_SIGNATURE = 0xeeffeeff;

/** The header, segments and virtual blocks of an NT heap. Throws `NotAvailable` where its header is not in the dump. */
export function ntOutline(reference: HeapReference, context: HeapContext): HeapOutline {
  const heap = readNtHeap(reference, context);
  const { segments, problems } = readSegments(heap);
  const large = readVirtualBlocks(heap, problems);
  const virtualBytes = large.reduce((sum, b) => sum + b.commit, 0);
  const key = heap.frontEnd === 'lfh' ? lfhKey(context) : undefined;
  const reserved = segments.reduce((sum, s) => sum + s.reserved, virtualBytes);
  const uncommittedBytes = segments.reduce((sum, s) => sum + s.uncommittedBytes, 0);
  const notes = [...problems.notes, ...lockNotes(heap)];
  if (heap.frontEnd === 'lfh' && !key)
    notes.push('RtlpLFHKey is not known: codes of LFH blocks are not checked');
  return {
    reference,
    flags: heap.flags,
    forceFlags: heap.forceFlags,
    frontEnd: heap.frontEnd,
    reserved: counter(heap, 'TotalMemoryReserved') ?? reserved,
    committed: counter(heap, 'TotalMemoryCommitted') ?? reserved - uncommittedBytes,
    segments: segments.map((s) => describe(s)),
    uncommitted: segments
      .flatMap((s) => s.uncommitted)
      .toSorted((a, b) => a.start - b.start)
      .map(({ start, end }) => ({ start: addressOf(start), end: addressOf(end) })),
    largeRegions: large
      .toSorted((a, b) => a.region - b.region)
      .map((b) => ({ start: addressOf(b.region), end: addressOf(b.end) })),
    granularity: heap.unit,
    counters: countersOf(heap, segments, large.length),
    keys: key ? [key.key] : [],
    notes,
    findings: [...signatureFinding(heap), ...encodingFinding(heap), ...problems.findings],
  };
}

function describe(segment: NtSegment): HeapSegment {
  const sizes = segment.uncommitted.map((r) => r.end - r.start);
  const uncommitted = sizes.reduce((sum, n) => sum + n, 0);
  return {
    address: addressOf(segment.address),
    start: addressOf(segment.start),
    end: addressOf(segment.end),
    committed: segment.end - segment.start - uncommitted,
    firstEntry: addressOf(segment.firstEntry),
    uncommittedRanges: sizes.length,
    largestUncommitted: sizes.reduce((most, n) => Math.max(most, n), 0),
    flags: segment.flags,
  };
}

function countersOf(heap: NtHeap, segments: readonly NtSegment[], virtualBlocks: number): HeapCounters {
  const { layouts, reader, pointerSize, address } = heap;
  const free = reader.pointer(address + layouts.offset('_HEAP', 'TotalFreeSize'), pointerSize);
  return {
    totalFreeSize: free * heap.unit,
    largeUncommitted: counter(heap, 'TotalMemoryLargeUCR'),
    uncommittedRanges:
      counter(heap, 'TotalUCRs') ?? segments.reduce((sum, s) => sum + s.uncommitted.length, 0),
    virtualBlocks,
    lockContention: counter(heap, 'LockCollisions'),
  };
}

/** A field of HEAP.Counters; undefined in versions without. */
function counter({ layouts, reader, pointerSize, address }: NtHeap, name: string): number | undefined {
  const path = `Counters.${name}`;
  if (!layouts.has('_HEAP', path)) return undefined;
  const at = address + layouts.offset('_HEAP', path);
  const wide = name.startsWith('TotalMemory');
  return wide ? reader.pointer(at, pointerSize) : reader.u32(at);
}

function signatureFinding({ layouts, reader, address }: NtHeap): HeapOutline['findings'] {
  const found = reader.u32(address + layouts.offset('_HEAP', 'Signature'));
  if (found === HEAP_SIGNATURE) return [];
  return [
    {
      address: addressOf(address),
      kind: 'signature',
      problem: "the heap's signature is wrong",
      expected: `0x${HEAP_SIGNATURE.toString(16)}`,
      found: `0x${found.toString(16)}`,
    },
  ];
}

function encodingFinding({ encoding, address, layouts }: NtHeap): HeapOutline['findings'] {
  const { damage } = encoding;
  if (!damage) return [];
  const { field, expected, found } = damage;
  return [
    {
      address: addressOf(address + layouts.offset('_HEAP', field)),
      kind: 'signature',
      problem: `the heap's ${field} was overwritten: what it was follows from the heap's first blocks`,
      expected,
      found,
    },
  ];
}

/** A thread that was inside the heap when the dump was written. */
function lockNotes({ layouts, reader, pointerSize, address }: NtHeap): string[] {
  const lock = reader.pointer(address + layouts.offset('_HEAP', 'LockVariable'), pointerSize);
  const owner =
    lock && reader.tryPointer(lock + layouts.offset('_RTL_CRITICAL_SECTION', 'OwningThread'), pointerSize);
  if (!owner) return [];
  return [`thread ${hexAddress(owner)} holds the heap's lock: what it was changing may be half changed`];
}

import { AddressReader } from '../../addressReader.ts';
import type { HeapContext, HeapKey } from '../../model.ts';
import { ntdllData, ntdllVariable } from '../../ntdllData.ts';
import { EntryFlag, entryCodec, type EntryHeader } from '../entryCodec.ts';
import { type NtHeap, readNtHeap } from '../ntHeap.ts';
import { readSegments } from '../ntSegments.ts';
import { SearchBudget, SegmentCursor, Step } from '../segmentCursor.ts';
import { NotAvailable } from '../../../errors/index.ts';
import { lfhMeaning, lfhOffsets, lfhUncoded } from './lfhCode.ts';
import { hasUserBlocks, type LfhPlaces, lfhPlaces, type Subsegment, subsegmentOf } from './subsegment.ts';

const KEY_NAME = 'RtlpLFHKey';
/** Subsegments that are looked at in each heap: enough to outvote damage. */
const SAMPLES = 24;
/** A first block lies at most this far into its user blocks: the header and a bitmap of 65535 bits. */
const MAX_FIRST = 0x2100;
/** The share of samples that a key must fit. */
const MAJORITY = 0.5;

/** The key of a process' LFH headers: the low 32 bits are what headers are combined with. */
export interface LfhKey {
  readonly low: number;
  readonly key: HeapKey;
}

interface Sample {
  readonly heap: NtHeap;
  readonly places: LfhPlaces;
  readonly subsegment: Subsegment;
}

/**
 * RtlpLFHKey, the same for all heaps of a view. By its symbol; else the value in ntdll's data under which the headers
 * of all heaps make sense; else worked out from the headers. Undefined where the process has no LFH block to tell by and
 * ntdll no symbols. May throw `AwaitFirst`.
 */
export function lfhKey(context: HeapContext): LfhKey | undefined {
  return context.memo(KEY_NAME, () => {
    const samples = context.heaps.flatMap((reference) => {
      if (reference.kind !== 'nt') return [];
      try {
        return takeSamples(readNtHeap(reference, context));
      } catch (e) {
        if (e instanceof NotAvailable) return [];
        throw e;
      }
    });
    return bySymbol(context, samples) ?? byVote(context, samples);
  });
}

function bySymbol({ view, symbols }: HeapContext, samples: readonly Sample[]): LfhKey | undefined {
  const variable = ntdllVariable(view, symbols, KEY_NAME);
  if (!variable) return undefined;
  const low = Number(variable.value & 0xffffffffn);
  // a symbol of another build leads anywhere
  if (samples.length > 0 && !fits(samples, low)) return undefined;
  const bits = view.machine.pointerSize === 4 ? 32 : 64;
  return {
    low,
    key: { name: KEY_NAME, value: variable.value, bits, source: 'symbol', address: variable.address },
  };
}

function byVote(context: HeapContext, samples: readonly Sample[]): LfhKey | undefined {
  const votes = new Map<number, number>();
  for (const sample of samples) {
    for (const low of candidates(sample)) votes.set(low, (votes.get(low) ?? 0) + 1);
  }
  const ranked = [...votes].sort((a, b) => b[1] - a[1]).slice(0, 16);
  const low = ranked.map(([key]) => key).find((key) => fits(samples, key));
  if (low === undefined) return undefined;
  return {
    low,
    key: inNtdll(context, low) ?? { name: KEY_NAME, value: BigInt(low), bits: 32, source: 'solved' },
  };
}

/** The variable in ntdll's data that holds the key. */
function inNtdll({ view }: HeapContext, low: number): HeapKey | undefined {
  const { pointerSize } = view.machine;
  for (const { base, bytes } of ntdllData(view)) {
    const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = Number(-base & 7n); at + pointerSize <= bytes.length; at += pointerSize) {
      if (data.getUint32(at, true) !== low) continue;
      const value = pointerSize === 4 ? BigInt(low) : data.getBigUint64(at, true);
      // on x64 the key is random in its upper half too
      if (pointerSize === 8 && value >> 32n === 0n) continue;
      const bits = pointerSize === 4 ? 32 : 64;
      return { name: KEY_NAME, value, bits, source: 'ntdll data', address: base + BigInt(at) };
    }
  }
  return undefined;
}

/** Keys under which a sample's first block leads back to its subsegment. */
function candidates({ heap, places, subsegment }: Sample): number[] {
  const { reader, unit } = heap;
  const { userBlocks, stride, count } = subsegment;
  const { form } = places;
  const keyOf = (entry: number): number =>
    lfhUncoded(heap, form, entry, reader.u32(entry + unit - 8), lfhMeaning(heap, form, entry, subsegment));
  if (form === 'plain' || form === 'header') {
    const entry = userBlocks + places.headerSize;
    return reader.has(entry, unit) ? [keyOf(entry)] : [];
  }
  const keys: number[] = [];
  for (let first = Math.ceil(places.headerSize / unit) * unit; first < MAX_FIRST; first += unit) {
    const entry = userBlocks + first;
    const last = entry + (count - 1) * stride;
    if (!reader.has(last, unit) || !reader.has(entry, unit)) continue;
    const key = keyOf(entry);
    if (keyOf(last) === key && offsetsFit({ heap, places, subsegment }, key, first)) keys.push(key);
  }
  return keys;
}

function offsetsFit({ heap, places, subsegment }: Sample, key: number, first: number): boolean {
  if (places.form !== 'coded') return true;
  const encoded = heap.reader.u32(subsegment.userBlocks + places.offsets);
  return lfhOffsets(heap, subsegment.userBlocks, encoded, key) === ((subsegment.stride << 16) | first) >>> 0;
}

/** Whether most samples make sense under a key. */
function fits(samples: readonly Sample[], key: number): boolean {
  const good = samples.filter((sample) => candidates(sample).includes(key)).length;
  return good > 0 && good >= samples.length * MAJORITY;
}

/** Some subsegments of a heap. */
function takeSamples(heap: NtHeap): Sample[] {
  const places = lfhPlaces(heap.layouts, heap.coded);
  if (!places?.codeKnown || heap.frontEnd !== 'lfh') return [];
  const codec = entryCodec(heap);
  const near = AddressReader.forWalk(heap.reader.memory);
  const budget = new SearchBudget();
  const samples: Sample[] = [];
  for (const segment of readSegments(heap).segments) {
    const cursor = new SegmentCursor(heap, codec, near, segment, budget);
    while (samples.length < SAMPLES && cursor.next()) {
      if (cursor.step !== Step.block || !holdsUserBlocks(heap, cursor.header.flags)) continue;
      const userBlocks = cursor.entry + userBlocksOffset(heap, cursor.header);
      const subsegment = hasUserBlocks(near, places, userBlocks)
        ? subsegmentOf(heap, places, near, userBlocks)
        : undefined;
      if (subsegment) samples.push({ heap, places, subsegment });
    }
  }
  return samples;
}

/** Whether a block's flags allow it to hold an LFH's user blocks: XP marks them as plain busy ones. */
export function holdsUserBlocks(heap: NtHeap, flags: number): boolean {
  const wanted = heap.coded ? EntryFlag.busy | EntryFlag.internal : EntryFlag.busy;
  return (flags & wanted) === wanted;
}

/** Bytes from a block's entry to user blocks in it: with stack traces an extended entry stands between. */
export function userBlocksOffset(heap: NtHeap, { unused }: EntryHeader): number {
  const extended = heap.coded && (unused & 0xc0) === 0x40;
  return ((extended ? unused & 0x3f : 0) + 1) * heap.unit;
}

import { AddressReader } from '../../addressReader.ts';
import type { HeapContext, HeapKey } from '../../model.ts';
import { ntdllData, ntdllVariable } from '../../ntdllData.ts';
import { EntryFlag, entryCodec, type EntryHeader } from '../entryCodec.ts';
import { type NtHeap, readNtHeap } from '../ntHeap.ts';
import { readSegments } from '../ntSegments.ts';
import { SegmentCursor, Step } from '../segmentCursor.ts';
import { NotAvailable } from '../../../errors/index.ts';
import { lfhMeaning, lfhOffsets, lfhUncoded } from './lfhCode.ts';
import {
  behindBitmap,
  hasUserBlocks,
  type LfhPlaces,
  lfhPlaces,
  MAX_GAP,
  type Subsegment,
  subsegmentOf,
} from './subsegment.ts';

const KEY_NAME = 'RtlpLFHKey';
/** Subsegments that are looked at in each heap: enough to outvote damage. */
const SAMPLES = 24;
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
    return bySymbol(context, samples) ?? bySamples(context, samples);
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

/** The first key that a sample gives and most of them agree to. */
function bySamples(context: HeapContext, samples: readonly Sample[]): LfhKey | undefined {
  const tried = new Set<number>();
  for (const sample of samples) {
    for (const low of candidates(sample)) {
      if (tried.has(low)) continue;
      tried.add(low);
      if (!fits(samples, low)) continue;
      const key = inNtdll(context, low) ?? { name: KEY_NAME, value: BigInt(low), bits: 32, source: 'solved' };
      return { low, key };
    }
  }
  return undefined;
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

/** Keys under which a sample's first block leads back to its subsegment: one for each place where it may begin. */
function candidates(sample: Sample): number[] {
  const { heap, places, subsegment } = sample;
  const { userBlocks } = subsegment;
  if (places.form !== 'coded') {
    const first = firstOf(sample, 0);
    const key = first === undefined ? undefined : keyOf(sample, userBlocks + first);
    return key === undefined ? [] : [key];
  }
  const keys: number[] = [];
  const from = behindBitmap(heap, places, subsegment.count);
  for (let first = from; first < from + MAX_GAP; first += heap.unit) {
    const key = keyOf(sample, userBlocks + first);
    if (key !== undefined && firstOf(sample, key) === first) keys.push(key);
  }
  return keys;
}

/** The key that the code of a block gives; undefined where the block is not in the dump. */
function keyOf({ heap, places, subsegment }: Sample, entry: number): number | undefined {
  const { reader, unit } = heap;
  if (!reader.has(entry, unit)) return undefined;
  const meaning = lfhMeaning(heap, places.form, entry, subsegment);
  return lfhUncoded(heap, places.form, entry, reader.u32(entry + unit - 8), meaning);
}

/** Where a sample's first block lies in its user blocks; undefined where what says so under a key makes no sense. */
function firstOf({ heap, places, subsegment }: Sample, key: number): number | undefined {
  const { userBlocks, stride } = subsegment;
  switch (places.form) {
    case 'bitmap':
      return heap.reader.u16(userBlocks + places.offsets);
    case 'coded': {
      const plain = lfhOffsets(heap, userBlocks, heap.reader.u32(userBlocks + places.offsets), key);
      return plain >>> 16 === stride ? plain & 0xffff : undefined;
    }
    default:
      return places.headerSize;
  }
}

/** Whether most samples make sense under a key. */
function fits(samples: readonly Sample[], key: number): boolean {
  const good = samples.filter((sample) => {
    const first = firstOf(sample, key);
    return first !== undefined && keyOf(sample, sample.subsegment.userBlocks + first) === key;
  }).length;
  return good > 0 && good >= samples.length * MAJORITY;
}

/** Some subsegments of a heap. */
function takeSamples(heap: NtHeap): Sample[] {
  const places = lfhPlaces(heap.layouts, heap.coded);
  if (!places?.codeKnown || heap.frontEnd !== 'lfh') return [];
  const codec = entryCodec(heap);
  const near = AddressReader.forWalk(heap.reader.memory);
  const samples: Sample[] = [];
  for (const segment of readSegments(heap).segments) {
    const cursor = new SegmentCursor(heap, codec, near, segment);
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

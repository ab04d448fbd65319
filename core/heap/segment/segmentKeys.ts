import { ntdllData, ntdllSymbol } from '../ntdllData.ts';
import type { AddressReader } from '../addressReader.ts';
import type { HeapContext, HeapKey } from '../model.ts';
import { type CodeKey, keyValue, sameKey } from './codeKey.ts';
import { headerUnder } from './lfhHeader.ts';
import type { LfhSample, SegmentSample } from './segmentSample.ts';
import type { KeyName } from './segmentForm.ts';
import { solveLfhKey, solveVsKey } from './solveKeys.ts';
import { fitsExtent } from './vsChunk.ts';

/** The keys that a process' segment heaps are coded with, as far as they could be found. */
export interface SegmentKeys {
  /** for page segments' signatures */
  readonly heap: CodeKey | undefined;
  /** for VS chunk headers */
  readonly vs: CodeKey | undefined;
  /** for LFH subsegments: 32 bits */
  readonly lfh: number | undefined;
  readonly found: readonly HeapKey[];
}

/**
 * Finds the keys: by symbol, else as the value in ntdll's data under which the sample's headers check out, else by what
 * the headers themselves say. A value that does not fit the headers is not taken, whoever names it.
 */
export function findKeys(context: HeapContext, reader: AddressReader, sample: SegmentSample): SegmentKeys {
  const { form } = sample;
  const search = new KeySearch(context, reader, form.pointerSize);
  const [first, ...others] = mostFrequent(sample.signatureKeys);
  // where signatures disagree and are few, ntdll tells, or the chunks that have the same key
  const heap =
    others.length > 0 && first
      ? ([first, ...others].find((key) => search.placeOf(key, 'RtlpHpHeapGlobals')) ??
        [first, ...others].find((key) => form.vs.key === 'HeapKey' && fitsChunks(reader, sample, key)) ??
        first)
      : first;
  const found: HeapKey[] = [];
  const place = heap && search.placeOf(heap, 'RtlpHpHeapGlobals');
  if (heap) found.push(toHeapKey('HeapKey', heap, form.pointerSize, place));

  const fitsVs = (key: CodeKey): boolean => fitsChunks(reader, sample, key);
  const fitsLfh = (key: number): boolean => fitsSubsegments(sample, key);
  let vs = form.vs.key === 'HeapKey' ? heap : undefined;
  let lfh: number | undefined;
  if (form.lfh.key === 'LfhKey') {
    const pair = search.lfhKeyBehind(place, fitsLfh) ?? search.lfhKey(sample.lfh, fitsLfh);
    lfh = pair?.key.low ?? solveLfhKey(reader, sample);
    const key = pair?.key ?? half(lfh);
    if (key) found.push(toHeapKey('LfhKey', key, pair ? form.pointerSize : 4, pair?.place));
  } else {
    // one variable for both in the oldest builds
    const forVs = form.vs.key === 'RtlpLFHKey';
    const fits = forVs ? bothFit(sample, fitsVs, fitsLfh) : (key: CodeKey): boolean => fitsLfh(key.low);
    const known = sample.lfh.length > 0 || forVs ? search.byNameOrValue('RtlpLFHKey', fits) : undefined;
    lfh = known?.key.low ?? solveLfhKey(reader, sample);
    const solved = forVs && !known ? solveVsKey(reader, sample) : undefined;
    const whole = solved && lfh !== undefined ? { ...solved, low: lfh } : solved;
    if (forVs) vs = known?.key ?? whole;
    const key = known?.key ?? whole ?? half(lfh);
    if (key) found.push(toHeapKey('RtlpLFHKey', key, (known ?? whole) ? form.pointerSize : 4, known?.place));
  }
  return { heap, vs, lfh, found };
}

/** Whether the chunks of most sampled VS subsegments agree under a key. */
function fitsChunks(reader: AddressReader, { vs, form }: SegmentSample, key: CodeKey): boolean {
  let right = 0;
  for (const [i, extent] of vs.entries()) {
    if (fitsExtent(reader, extent, key, form)) right++;
    if (i === 7 && right === 0) return false;
  }
  return vs.length > 0 && right * 2 >= vs.length;
}

function fitsSubsegments({ lfh, form }: SegmentSample, key: number): boolean {
  let right = 0;
  for (const [i, subsegment] of lfh.entries()) {
    if (headerUnder(key, subsegment, form)) right++;
    if (i === 1 && right === 0) return false;
  }
  return lfh.length > 0 && right * 2 > lfh.length;
}

function bothFit(
  sample: SegmentSample,
  fitsVs: (key: CodeKey) => boolean,
  fitsLfh: (key: number) => boolean,
): (key: CodeKey) => boolean {
  return (key) =>
    (sample.vs.length === 0 || fitsVs(key)) &&
    (sample.lfh.length === 0 || fitsLfh(key.low)) &&
    sample.vs.length + sample.lfh.length > 0;
}

/** The keys that no other is given more often than. */
function mostFrequent(keys: readonly CodeKey[]): CodeKey[] {
  const counts = new Map<string, { key: CodeKey; count: number }>();
  for (const key of keys) {
    const name = `${key.high}:${key.low}`;
    const entry = counts.get(name) ?? { key, count: 0 };
    entry.count++;
    counts.set(name, entry);
  }
  const most = Math.max(...[...counts.values()].map(({ count }) => count));
  return [...counts.values()].filter(({ count }) => count === most).map(({ key }) => key);
}

interface KeyPlace {
  readonly address: bigint;
  readonly source: 'symbol' | 'ntdll data';
}

interface FoundKey {
  readonly key: CodeKey;
  readonly place: KeyPlace | undefined;
}

/** Looks keys up in ntdll: by the names of its variables and in its writable data. */
class KeySearch {
  constructor(
    private readonly context: HeapContext,
    private readonly reader: AddressReader,
    private readonly pointerSize: 4 | 8,
  ) {}

  /** Where a known value lies. */
  placeOf(key: CodeKey, symbol: string): KeyPlace | undefined {
    return this.byNameOrValue(symbol, (k) => sameKey(k, key))?.place;
  }

  /** The value of a variable, or else the first value in ntdll's data, that fits. */
  byNameOrValue(symbol: string, fits: (key: CodeKey) => boolean): FoundKey | undefined {
    const named = ntdllSymbol(this.context.view, this.context.symbols, symbol);
    const key = named === undefined ? undefined : this.keyAt(Number(named));
    if (named !== undefined && key && fits(key)) return { key, place: { address: named, source: 'symbol' } };
    for (const candidate of this.values(this.pointerSize)) {
      if (fits(candidate.key)) return candidate;
    }
    return undefined;
  }

  /** LfhKey stands behind HeapKey. */
  lfhKeyBehind(place: KeyPlace | undefined, fits: (key: number) => boolean): FoundKey | undefined {
    if (!place) return undefined;
    const address = place.address + BigInt(this.pointerSize);
    const key = this.keyAt(Number(address));
    return key && fits(key.low) ? { key, place: { ...place, address } } : undefined;
  }

  /** LfhKey elsewhere in ntdll's data, or solved. One subsegment says too little to tell a value from chance. */
  lfhKey(samples: readonly LfhSample[], fits: (key: number) => boolean): FoundKey | undefined {
    if (samples.length >= 3) {
      for (const candidate of this.values(this.pointerSize)) if (fits(candidate.key.low)) return candidate;
    }
    return undefined;
  }

  private keyAt(address: number): CodeKey | undefined {
    if (!this.reader.has(address, this.pointerSize)) return undefined;
    const high = this.pointerSize === 8 ? this.reader.u32(address + 4) | 0 : 0;
    return { low: this.reader.u32(address) | 0, high };
  }

  private *values(step: 4 | 8): Iterable<FoundKey> {
    for (const { base, bytes } of ntdllData(this.context.view)) {
      const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (
        let at = Number((BigInt(step) - (base % BigInt(step))) % BigInt(step));
        at + step <= bytes.length;
        at += step
      ) {
        const low = data.getInt32(at, true);
        const high = step === 8 ? data.getInt32(at + 4, true) : 0;
        // keys are random: small numbers are none
        if (low === 0 || (step === 8 && high === 0)) continue;
        yield { key: { low, high }, place: { address: base + BigInt(at), source: 'ntdll data' } };
      }
    }
  }
}

function half(low: number | undefined): CodeKey | undefined {
  return low === undefined ? undefined : { low, high: 0 };
}

function toHeapKey(name: KeyName, key: CodeKey, bytes: 4 | 8, place: KeyPlace | undefined): HeapKey {
  return {
    name,
    value: keyValue(key),
    bits: bytes === 8 ? 64 : 32,
    source: place?.source ?? 'solved',
    address: place?.address,
  };
}

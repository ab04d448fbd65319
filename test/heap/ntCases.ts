import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type HeapSet, openHeaps } from '../../core/heap/index.ts';
import { corpusList, shared, sharedJson } from '../corpus.ts';
import { openCorpusDump } from '../openCorpus.ts';
import { viewsOf } from '../process/openCase.ts';

/** [user address, requested size, what RtlSizeHeap said, allocation flags, …] */
export type TrueBlock = readonly [number, number, number, number];
/** [DataAddress, DataSize, OverheadBytes, SegmentIndex, Flags] of RTL_HEAP_WALK_ENTRY */
export type WalkRow = readonly [number, number, number, number, number];

/** What a case of corpus/nt-heap says of itself. */
export interface NtTruth {
  readonly build: number;
  readonly arch: 'x86' | 'x64';
  readonly process_heaps: readonly number[];
  readonly heaps: readonly {
    readonly name: string;
    readonly address: number;
    readonly kind: 'nt' | 'segment';
    readonly blocks: readonly TrueBlock[];
    readonly freed: readonly (readonly [number, 0 | 1])[];
    readonly walk: readonly WalkRow[];
  }[];
  readonly failure?: { readonly type: number; readonly address: number; readonly damaged: readonly number[] };
}

export interface NtCase {
  readonly name: string;
  readonly build: string;
  /** below corpus/ */
  readonly dump: string;
  readonly truth: NtTruth;
  /** ntdll's RtlpLFHKey */
  readonly lfhKey: bigint | undefined;
}

/** Names of the cases that `wanted` takes, by build: `19041-x64` to `lfh`, `backend`… */
export function ntCaseNames(wanted: (name: string) => boolean): { build: string; names: string[] }[] {
  return corpusList('nt-heap')
    .filter((build) => /^\d+-x\d\d$/.test(build))
    .map((build) => ({
      build,
      names: corpusList(`nt-heap/${build}`)
        .filter((file) => file.endsWith('.dmp.gz'))
        .map((file) => file.slice(0, -'.dmp.gz'.length))
        .filter(wanted),
    }));
}

export function ntCase(build: string, name: string): NtCase {
  const path = `corpus/nt-heap/${build}/${name}.truth.json.gz`;
  return {
    name,
    build,
    dump: `nt-heap/${build}/${name}.dmp.gz`,
    truth: sharedJson<NtTruth>(path),
    lfhKey: lfhKeyIn(gunzipSync(readFileSync(shared(path))).toString('latin1')),
  };
}

/** The key stands there as a number that a double cannot hold. */
function lfhKeyIn(json: string): bigint | undefined {
  const words = /"RtlpLFHKey":\s*\{[^}]*"words":\s*\[(\d+)/.exec(json)?.[1];
  return words === undefined ? undefined : BigInt(words);
}

/** The heaps of a corpus dump, without symbols. */
export async function openHeapsOf(dump: string): Promise<HeapSet> {
  return openHeaps({ views: await viewsOf(openCorpusDump(dump)) });
}

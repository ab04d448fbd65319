import { type HeapSet, type HeapSnapshot, openHeaps } from '../../../core/heap/index.ts';
import type { Minidump } from '../../../core/minidump/index.ts';
import type { ProcessView } from '../../../core/process/index.ts';
import type { Memory } from '../../../core/target/index.ts';
import { corpusList, hasCorpus, sharedJson } from '../../corpus.ts';
import { openView } from '../../process/openCase.ts';

/** What a case of corpus/nt-heap says of itself: as its README and the truth's own legend explain it. */
export interface HeapTruth {
  readonly build: number;
  readonly arch: 'x86' | 'x64';
  readonly heaps: readonly HeapOfTruth[];
  readonly keys: Readonly<Record<string, KeyOfTruth | number>>;
  readonly app: { readonly thunks: readonly number[] };
  /** base, size, allocation base, allocation protect, state, protect, type */
  readonly regions: readonly (readonly number[])[];
  readonly failure?: { readonly damaged: readonly number[]; readonly type: number; readonly address: number };
}

export interface KeyOfTruth {
  readonly address: number;
  /** 64-bit numbers lose their lower digits in JSON; the address does not */
  readonly words: readonly number[];
}

export interface HeapOfTruth {
  readonly name: string;
  readonly address: number;
  readonly kind: 'nt' | 'segment';
  readonly blocks: readonly BlockOfTruth[];
  /** address, 1 where it lies inside a live block now */
  readonly freed: readonly (readonly [number, number])[];
  /** DataAddress, DataSize, OverheadBytes, SegmentIndex, Flags … */
  readonly walk: readonly (readonly number[])[];
}

/** User address, requested size, what RtlSizeHeap said, allocation flags, what else was done with it. */
export type BlockOfTruth = readonly [number, number, number, number, ExtraOfTruth?];

export interface ExtraOfTruth {
  readonly flags: number;
  readonly user_value?: number;
  readonly user_flags?: number;
  readonly thunk?: number;
}

/** Cases of corpus/nt-heap as `19041-x64/segment` whose name has something. */
export function heapCases(wanted: (name: string) => boolean): string[] {
  if (!hasCorpus) return [];
  return corpusList('nt-heap')
    .filter((build) => !build.includes('.'))
    .flatMap((build) => corpusList(`nt-heap/${build}`).map((file) => `${build}/${file}`))
    .filter((path) => path.endsWith('.dmp.gz'))
    .map((path) => path.slice(0, -'.dmp.gz'.length))
    .filter(wanted);
}

export interface OpenedCase {
  readonly truth: HeapTruth;
  readonly view: ProcessView;
  readonly heaps: HeapSet;
}

/** Opens a case; `through` may put something between the reader and the dump's memory. */
export async function openHeapCase(name: string, through?: (memory: Memory) => Memory): Promise<OpenedCase> {
  const truth = sharedJson<HeapTruth>(`corpus/nt-heap/${name}.truth.json.gz`);
  const plain = await openView(`nt-heap/${name}.dmp.gz`);
  const view = through ? withMemory(plain, through(plain.target.memory)) : plain;
  return { truth, view, heaps: openHeaps({ views: [view] }) };
}

/** The same view of a target with other memory, of another build, or as a dump that was not asked for all memory. */
export function withMemory(
  view: ProcessView,
  memory: Memory,
  other: { readonly build?: number; readonly partial?: boolean } = {},
): ProcessView {
  const { target } = view;
  const { system, dump } = target;
  const { build = system.os.build, partial = false } = other;
  return {
    ...view,
    target: {
      dump: partial && dump ? withoutFlags(dump) : dump,
      name: target.name,
      system: { ...system, os: { ...system.os, build } },
      machines: target.machines,
      memory,
      modules: target.modules,
      unloadedModules: target.unloadedModules,
      threads: target.threads,
      exception: target.exception,
      peb: (machine) => target.peb(machine),
    },
  };
}

/** The same file with MINIDUMP_TYPE 0. */
function withoutFlags(dump: Minidump): Minidump {
  const header = { ...dump.header, flags: 0n };
  return Object.create(dump, { header: { value: header } }) as Minidump;
}

/** A heap of the truth, walked. */
export async function snapshotOf({ heaps }: OpenedCase, heap: HeapOfTruth): Promise<HeapSnapshot> {
  const index = heaps.indexOf(BigInt(heap.address));
  if (index < 0) throw new Error(`the heap ${heap.name} was not found`);
  return heaps.snapshot(index);
}

/** User addresses and sizes of busy blocks. */
export function busyBlocks({ blocks }: HeapSnapshot): Map<number, number | undefined> {
  const busy = new Map<number, number | undefined>();
  for (let i = 0; i < blocks.length; i++) {
    if (blocks.isBusy(i)) busy.set(Number(blocks.user(i)), blocks.userSize(i));
  }
  return busy;
}

/** How a walked heap and its truth differ: empty where they agree. */
export function differences(snapshot: HeapSnapshot, heap: HeapOfTruth): string[] {
  const busy = busyBlocks(snapshot);
  const live = new Set(heap.blocks.map(([user]) => user));
  const walked = new Set(heap.walk.filter((w) => (w[4] ?? 0) & 1).map(([user]) => user));
  const out: string[] = [];
  for (const [user, requested, size] of heap.blocks) {
    const found = busy.get(user);
    if (!busy.has(user)) out.push(`${user.toString(16)} is not busy`);
    else if (found !== size && found !== requested)
      out.push(`${user.toString(16)} has ${found} bytes, not ${size}`);
  }
  for (const [user, inside] of heap.freed) {
    if (!inside && !live.has(user) && busy.has(user)) out.push(`${user.toString(16)} is busy and was freed`);
  }
  if (heap.walk.length > 0) {
    for (const user of busy.keys()) {
      if (!live.has(user) && !walked.has(user)) out.push(`${user.toString(16)} was never allocated`);
    }
  }
  return out;
}

/** Blocks that lie over each other, as the addresses of the later ones. */
export function overlaps({ blocks }: HeapSnapshot): string[] {
  const out: string[] = [];
  for (let i = 1; i < blocks.length; i++) {
    if (blocks.entry(i) < blocks.entry(i - 1) + BigInt(blocks.size(i - 1)))
      out.push(blocks.entry(i).toString(16));
  }
  return out;
}

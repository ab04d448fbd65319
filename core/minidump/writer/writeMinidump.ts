import { BadFormat } from '../../errors/index.ts';
import type { MemoryContent, MinidumpDescription } from './description.ts';
import { FileLayout, RecordWriter } from './fileLayout.ts';
import { moduleListStream, unloadedModuleStream } from './moduleStreams.ts';
import {
  exceptionStream,
  handleDataStream,
  memoryInfoStream,
  miscInfoStream,
  systemInfoStream,
} from './processStreams.ts';
import { threadInfoStream, threadListStream, threadNamesStream } from './threadStreams.ts';

/** Bytes and where in the file they go. What no piece covers is a hole: zeros. */
export interface FilePiece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A dump that is laid out and not written yet. */
export interface LaidOutMinidump {
  /** bytes of the whole file, holes included */
  readonly size: number;
  /** The file in rising order of offsets; memory is asked for as it is reached. */
  pieces(): Iterable<FilePiece>;
}

const HEADER_SIZE = 32;
const ENTRY_SIZE = 12;
const SIGNATURE = 0x504d444d;
const VERSION = 0xa793;
/** RVAs of all but Memory64's content have 32 bits. */
const RVA_LIMIT = 0x1_0000_0000;

interface Stream {
  readonly type: number;
  readonly size: number;
  readonly rva: number;
}

/**
 * Lays a dump out: header, directory, what the records point to, the streams, and all memory at the end. Throws
 * `BadFormat` where the 32-bit form of the memory list cannot hold it.
 */
export function layOutMinidump(d: MinidumpDescription): LaidOutMinidump {
  const builders = streamBuilders(d);
  const memory = d.memory ?? [];
  const count = builders.length + (d.memory ? 1 : 0) + (d.unusedEntries ?? 0);
  const wide = d.memoryForm === 'list64';
  const listSize = wide ? 16 + memory.length * 16 : 4 + memory.length * 16;
  const layout = new FileLayout(HEADER_SIZE + count * ENTRY_SIZE);

  // memory begins behind streams whose size is not known before they are made, and they want its place: make them
  // twice, the first time to learn the size
  const trial = new FileLayout(layout.size);
  for (const { make } of builders) trial.place(make(trial, () => 0));
  trial.place(new Uint8Array(d.memory ? listSize : 0));
  const memoryBase = Math.ceil(trial.size / 8) * 8;
  const offsets = placeMemory(memory, memoryBase);
  const size = memory.length > 0 ? (offsets.at(-1) ?? 0) + (memory.at(-1)?.size ?? 0) : trial.size;
  if (!wide && size > RVA_LIMIT) {
    throw new BadFormat(
      `a memory list cannot hold ${size} bytes: its offsets have 32 bits, use Memory64List`,
    );
  }

  const locate = wide ? () => 0 : locator(memory, offsets);
  const streams: Stream[] = [];
  for (const { type, make } of builders) {
    const bytes = make(layout, locate);
    streams.push({ type, size: bytes.length, rva: layout.place(bytes) });
  }
  if (d.memory) {
    const bytes = wide ? memory64List(memory, memoryBase) : memoryList(memory, offsets);
    streams.push({ type: wide ? 9 : 5, size: bytes.length, rva: layout.place(bytes) });
  }
  for (let i = 0; i < (d.unusedEntries ?? 0); i++) streams.push({ type: 0, size: 0, rva: 0 });

  const head = layout.assemble(headerAndDirectory(d, streams));
  return { size, pieces: () => pieces(head, memory, offsets) };
}

/** The whole file in memory: for tests and small dumps. */
export function writeMinidump(d: MinidumpDescription): Uint8Array {
  const laidOut = layOutMinidump(d);
  const file = new Uint8Array(laidOut.size);
  for (const { offset, bytes } of laidOut.pieces()) file.set(bytes, offset);
  return file;
}

interface StreamBuilder {
  readonly type: number;
  make(layout: FileLayout, locate: (start: bigint, size: number) => number): Uint8Array;
}

/** A builder for each stream that is described, in the order that Windows writes them. */
function streamBuilders(d: MinidumpDescription): StreamBuilder[] {
  const builders: StreamBuilder[] = [];
  const add = <T>(
    type: number,
    value: T | undefined,
    make: (value: T, layout: FileLayout, locate: (start: bigint, size: number) => number) => Uint8Array,
  ): void => {
    if (value !== undefined) builders.push({ type, make: (layout, locate) => make(value, layout, locate) });
  };
  add(3, d.threads, (v, layout, locate) => threadListStream(layout, v, locate));
  add(17, d.threadInfos, (v) => threadInfoStream(v));
  add(4, d.modules, (v, layout) => moduleListStream(layout, v));
  add(14, d.unloadedModules, (v, layout) => unloadedModuleStream(layout, v));
  add(16, d.memoryInfos, (v) => memoryInfoStream(v));
  add(6, d.exception, (v, layout) => exceptionStream(layout, v));
  add(7, d.systemInfo, (v, layout) => systemInfoStream(layout, v));
  add(15, d.miscInfo, (v) => miscInfoStream(v));
  add(12, d.handles, (v, layout) => handleDataStream(layout, v));
  add(24, d.threadNames, (v, layout) => threadNamesStream(layout, v));
  add(10, d.comments?.ansi, (v) => Uint8Array.from(`${v}\0`, (c) => c.charCodeAt(0)));
  add(11, d.comments?.unicode, (v) => new RecordWriter(v.length * 2 + 2).utf16(v, v.length * 2 + 2).bytes);
  for (const { type, bytes } of d.otherStreams ?? []) add(type, bytes, (v) => v);
  return builders;
}

function placeMemory(memory: readonly MemoryContent[], base: number): number[] {
  let at = base;
  return memory.map(({ size }) => {
    const offset = at;
    at += size;
    return offset;
  });
}

/** Finds the file offset of bytes that one range holds whole; 0 where none does. */
function locator(memory: readonly MemoryContent[], offsets: readonly number[]) {
  return (start: bigint, size: number): number => {
    const i = memory.findIndex((m) => start >= m.start && start + BigInt(size) <= m.start + BigInt(m.size));
    const range = memory[i];
    return range ? (offsets[i] ?? 0) + Number(start - range.start) : 0;
  };
}

/** MINIDUMP_MEMORY_LIST. */
function memoryList(memory: readonly MemoryContent[], offsets: readonly number[]): Uint8Array {
  const w = new RecordWriter(4 + memory.length * 16).u32(memory.length);
  memory.forEach(({ start, size }, i) =>
    w
      .u64(start)
      .u32(size)
      .u32(offsets[i] ?? 0),
  );
  return w.bytes;
}

/** MINIDUMP_MEMORY64_LIST: the ranges lie one behind the other from BaseRva. */
function memory64List(memory: readonly MemoryContent[], baseRva: number): Uint8Array {
  const w = new RecordWriter(16 + memory.length * 16).u64(memory.length).u64(baseRva);
  for (const { start, size } of memory) w.u64(start).u64(size);
  return w.bytes;
}

function headerAndDirectory(d: MinidumpDescription, streams: readonly Stream[]): Uint8Array {
  const w = new RecordWriter(HEADER_SIZE + streams.length * ENTRY_SIZE)
    .u32(SIGNATURE)
    .u16(VERSION)
    .u16(d.implementationVersion ?? 0)
    .u32(streams.length)
    .u32(HEADER_SIZE)
    .u32(0)
    .u32(d.timestamp ?? 0)
    .u64(d.flags ?? 0n);
  for (const { type, size, rva } of streams) w.u32(type).u32(size).u32(rva);
  return w.bytes;
}

function* pieces(
  head: Uint8Array,
  memory: readonly MemoryContent[],
  offsets: readonly number[],
): Generator<FilePiece> {
  yield { offset: 0, bytes: head };
  for (let i = 0; i < memory.length; i++) {
    const range = memory[i];
    if (!range?.bytes) continue;
    const start = offsets[i] ?? 0;
    let done = 0;
    for (const bytes of range.bytes instanceof Uint8Array ? [range.bytes] : range.bytes()) {
      // what a source gives beyond the size it announced belongs to the next range's place
      const part = bytes.subarray(0, range.size - done);
      if (part.length > 0) yield { offset: start + done, bytes: part };
      done += part.length;
      if (done >= range.size) break;
    }
  }
}

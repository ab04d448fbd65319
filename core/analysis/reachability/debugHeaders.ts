import { BlockState, type HeapSnapshot, type Pacer } from '../../heap/index.ts';
import type { Memory } from '../../target/index.ts';
import { WindowReader } from './windowReader.ts';

/** Blocks that are looked at in each heap to tell whether a debug C runtime uses it. */
const SAMPLE = 512;
const SAMPLE_BYTES = 256;
/** Blocks between two looks at the clock. */
const CHUNK = 1024;
/** The bytes around the data of a debug block */
const GAP = 0xfdfdfdfd;
const GAP_BYTES = 4;

/**
 * `_CrtMemBlockHeader` (layouts/crt.json): two links, the file's name, the line, then block use and data size, which
 * x86's older runtimes have in the other order, the request's number and a gap of four bytes FD.
 */
interface HeaderForm {
  readonly pointerSize: 4 | 8;
  readonly size: number;
  readonly use: number;
  readonly dataSize: number;
  readonly gap: number;
}
const FORMS: readonly HeaderForm[] = [
  { pointerSize: 4, size: 0x20, use: 0x14, dataSize: 0x10, gap: 0x1c },
  { pointerSize: 4, size: 0x20, use: 0x10, dataSize: 0x14, gap: 0x1c },
  { pointerSize: 8, size: 0x30, use: 0x1c, dataSize: 0x20, gap: 0x2c },
];
/** _FREE_BLOCK, _NORMAL_BLOCK, _CRT_BLOCK, _IGNORE_BLOCK, _CLIENT_BLOCK; a subtype stands in the high half */
const MAX_USE = 4;

/**
 * Which blocks begin with the header of a debug C runtime. Such blocks hang on a list through all of them: its links
 * would keep every block reachable, so neither links nor what points at a header count as references.
 */
export class DebugHeaders {
  private constructor(private readonly sizes: readonly (Uint8Array | undefined)[]) {}

  static async read(memory: Memory, snapshots: readonly HeapSnapshot[], pace: Pacer): Promise<DebugHeaders> {
    const sizes: (Uint8Array | undefined)[] = [];
    for (const snapshot of snapshots) sizes.push(await headerSizes(memory, snapshot, pace));
    return new DebugHeaders(sizes);
  }

  /** Bytes of the header at the start of a block's user data, 0 where there is none. */
  sizeAt(heap: number, index: number): number {
    return this.sizes[heap]?.[index] ?? 0;
  }
}

/** For each block the size of its header; undefined where a sample of the heap's blocks has none. */
async function headerSizes(
  memory: Memory,
  snapshot: HeapSnapshot,
  pace: Pacer,
): Promise<Uint8Array | undefined> {
  const { length } = snapshot.blocks;
  const step = Math.max(1, Math.floor(length / SAMPLE));
  const sampler = new WindowReader(memory, SAMPLE_BYTES);
  let found = false;
  for (let i = 0; i < length && !found; i += step) found = debugHeaderSize(sampler, snapshot, i) > 0;
  if (!found) return undefined;
  const reader = new WindowReader(memory);
  const sizes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    sizes[i] = debugHeaderSize(reader, snapshot, i);
    if (i % CHUNK === 0 && pace.due()) await pace.rest({ done: i, total: length, what: 'block headers' });
  }
  return sizes;
}

/** Bytes of a debug C runtime's header at the start of one block's user data, 0 where there is none. */
export function debugHeaderSize(
  reader: WindowReader,
  { reference, blocks }: HeapSnapshot,
  index: number,
): number {
  const { state, entry, userOffset, userSize } = blocks.columns;
  if (state[index] !== BlockState.busy) return 0;
  const { pointerSize } = reference.machine;
  const bytes = userSize[index] ?? -1;
  const user = (entry[index] ?? 0) + (userOffset[index] ?? 0);
  for (const form of FORMS) {
    if (form.pointerSize !== pointerSize || bytes < form.size + GAP_BYTES) continue;
    const header = reader.bytes(user, form.size);
    if (header && isHeader(header, form, bytes, reader, user)) return form.size;
  }
  return 0;
}

/** Sizes must agree; of the two gaps around the data, which overruns damage, one must be whole. */
function isHeader(
  header: DataView,
  form: HeaderForm,
  bytes: number,
  reader: WindowReader,
  user: number,
): boolean {
  const dataSize = header.getUint32(form.dataSize, true);
  if (form.pointerSize === 8 && header.getUint32(form.dataSize + 4, true) !== 0) return false;
  if (dataSize !== bytes - form.size - GAP_BYTES) return false;
  if ((header.getUint32(form.use, true) & 0xffff) > MAX_USE) return false;
  if (header.getUint32(form.gap, true) === GAP) return true;
  const tail = reader.bytes(user + form.size + dataSize, GAP_BYTES);
  return tail?.getUint32(0, true) === GAP;
}

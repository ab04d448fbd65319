/**
 * Writes the two containers of PDB streams from their published descriptions (microsoft/pdb-rs, docs/pdb/msf.md and
 * msfz.md), apart from the reader.
 */
import { deflateRawSync } from 'node:zlib';
import type { ByteSource } from '../../../core/bytes/index.ts';

export type Streams = readonly (Uint8Array | undefined)[];

/** A source that is zeros but for pieces: files larger than memory. */
export class SparseSource implements ByteSource {
  readonly name = 'sparse.pdb';
  private readonly pieces = new Map<number, Uint8Array>();

  constructor(
    readonly size: number,
    private readonly blockSize: number,
  ) {}

  /** At most one block's bytes at the start of a block. */
  put(block: number, bytes: Uint8Array): void {
    this.pieces.set(block, bytes);
  }

  read(offset: number, length: number): Uint8Array {
    const out = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    for (let done = 0; done < out.length;) {
      const block = Math.floor((offset + done) / this.blockSize);
      const within = offset + done - block * this.blockSize;
      const run = Math.min(this.blockSize - within, out.length - done);
      const piece = this.pieces.get(block)?.subarray(within, within + run);
      if (piece) out.set(piece, done);
      done += run;
    }
    return out;
  }
}

export interface MsfPlan {
  readonly blockSize: number;
  /** first block used for streams: a large number makes a large file */
  readonly firstBlock?: number;
  /** sizes of further streams that are listed with blocks, and hold nothing */
  readonly hollow?: readonly number[];
}

/** An MSF 7.00 file; blocks of different streams are interleaved, and those of one stream are out of order. */
export function buildMsf(streams: Streams, plan: MsfPlan): SparseSource {
  const { blockSize, hollow = [] } = plan;
  const blocksOf = (bytes: number): number => Math.ceil(bytes / blockSize);
  const sizes = [...streams.map((s) => s?.length), ...hollow];
  const start = plan.firstBlock ?? 3;
  let next = start;
  const placed: { block: number; bytes: Uint8Array }[] = [];
  const lists: number[][] = sizes.map(() => []);
  const longest = Math.max(...streams.map((s) => blocksOf(s?.length ?? 0)));
  // from the last block to the first, one of each stream in turn
  for (let i = longest - 1; i >= 0; i--) {
    streams.forEach((bytes, stream) => {
      if (!bytes || i >= blocksOf(bytes.length)) return;
      placed.push({ block: next, bytes: bytes.subarray(i * blockSize, (i + 1) * blockSize) });
      (lists[stream] ??= [])[i] = next++;
    });
  }
  hollow.forEach((size, i) => {
    for (let block = 0; block < blocksOf(size); block++) lists[streams.length + i]?.push(next++);
  });
  const words = [sizes.length, ...sizes.map((size) => size ?? 0xffffffff)];
  for (const list of lists) for (const block of list) words.push(block);
  const directory = bytesOf(words);
  const directoryBlocks = spread(directory, blockSize, next, placed);
  next += directoryBlocks.length;
  const mapBlocks = spread(bytesOf(directoryBlocks), blockSize, next, placed);
  next += mapBlocks.length;
  const header = new Uint8Array(blockSize);
  header.set(new TextEncoder().encode('Microsoft C/C++ MSF 7.00\r\n\x1aDS'));
  header.set(bytesOf([blockSize, 1, next, directory.length, 0, ...mapBlocks]), 32);
  const file = new SparseSource(next * blockSize, blockSize);
  file.put(0, header);
  for (const { block, bytes } of placed) file.put(block, bytes);
  return file;
}

function spread(
  bytes: Uint8Array,
  blockSize: number,
  from: number,
  placed: { block: number; bytes: Uint8Array }[],
): number[] {
  const blocks: number[] = [];
  for (let at = 0; at < bytes.length; at += blockSize) {
    placed.push({ block: from + blocks.length, bytes: bytes.subarray(at, at + blockSize) });
    blocks.push(from + blocks.length);
  }
  return blocks;
}

export function bytesOf(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  words.forEach((word, i) => {
    view.setUint32(i * 4, word, true);
  });
  return bytes;
}

export type Compression = 'none' | 'zstd' | 'deflate';

/** Packs bytes for a chunk: deflate by Node, zstd by frames of stored blocks or by what `zstd` is given. */
function pack(
  bytes: Uint8Array,
  compression: Compression,
  zstd: (bytes: Uint8Array) => Uint8Array,
): Uint8Array {
  if (compression === 'deflate') return deflateRawSync(bytes);
  return compression === 'zstd' ? zstd(bytes) : bytes;
}

/** A zstd frame of stored blocks (RFC 8878): magic, header with the size, blocks of at most 128 KiB. */
function storedZstd(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [bytesOf([0xfd2fb528]), Uint8Array.of(0xa0), bytesOf([bytes.length])];
  for (let at = 0; at < bytes.length; at += 0x20000) {
    const block = bytes.subarray(at, at + 0x20000);
    const last = at + 0x20000 >= bytes.length ? 1 : 0;
    const head = (block.length << 3) | last;
    parts.push(Uint8Array.of(head & 0xff, (head >> 8) & 0xff, (head >> 16) & 0xff), block);
  }
  return Buffer.concat(parts);
}

const CODES: Readonly<Record<Compression, number>> = { none: 0, zstd: 1, deflate: 2 };

/** An MSFZ file: even streams in chunks, odd ones as they are, and each in two fragments where it is long enough. */
export function buildMsfz(
  streams: Streams,
  compression: Compression,
  zstd: (bytes: Uint8Array) => Uint8Array = storedZstd,
): Uint8Array {
  const CHUNK = 50_000;
  const packed = Buffer.concat(streams.filter((s, i) => s && i % 2 === 0).map((s) => s ?? new Uint8Array(0)));
  const parts: Uint8Array[] = [new Uint8Array(80)];
  let at = 80;
  const add = (bytes: Uint8Array): number => {
    parts.push(bytes);
    at += bytes.length;
    return at - bytes.length;
  };
  const chunks: number[] = [];
  for (let from = 0; from < packed.length; from += CHUNK) {
    const data = packed.subarray(from, from + CHUNK);
    const bytes = pack(data, compression, zstd);
    chunks.push(add(bytes), 0, CODES[compression], bytes.length, data.length);
  }
  const directory: number[] = [];
  let inPacked = 0;
  streams.forEach((bytes, i) => {
    if (!bytes) {
      directory.push(0xffffffff);
      return;
    }
    const halves =
      bytes.length > 100 ? [bytes.subarray(0, 77), bytes.subarray(77)] : bytes.length ? [bytes] : [];
    for (const half of halves) {
      if (i % 2 === 1) {
        directory.push(half.length, add(half), 0);
      } else {
        directory.push(half.length, inPacked % CHUNK, 0x80000000 + Math.floor(inPacked / CHUNK));
        inPacked += half.length;
      }
    }
    directory.push(0);
  });
  const directoryBytes = bytesOf(directory);
  const packedDirectory = pack(directoryBytes, compression, zstd);
  const directoryAt = add(packedDirectory);
  const table = bytesOf(chunks);
  const tableAt = add(table);
  const file = Buffer.concat(parts);
  file.set(new TextEncoder().encode('Microsoft MSFZ Container\r\n\x1aALD'));
  const tail = [streams.length, CODES[compression], packedDirectory.length, directoryBytes.length];
  file.set(bytesOf([0, 0, directoryAt, 0, tableAt, 0, ...tail, chunks.length / 5, table.length]), 32);
  return file;
}

/**
 * The compressed container ("MSFZ"): the same streams as an MSF file, in fragments that lie in the file as they are or
 * in compressed chunks. Facts: microsoft/pdb-rs, docs/pdb/msfz.md.
 *
 *   header { magic[32], version, directory and chunk table: where and how large }
 *   directory: for each stream { u32 size, u64 location }[] and a 0; ffffffff for a stream that is not there
 *   chunk table: { u64 offset, u32 compression, u32 bytes in the file, u32 bytes of data }[]
 *
 * A location with bit 63 set is a chunk (bits 32 to 62) and an offset in it; the data of neighbouring chunks is one run.
 */
import { inflateSync } from 'fflate';
import { decompress as unzstd } from 'fzstd';
import { LRUCache } from 'lru-cache';
import type { ByteSource } from '../../bytes/index.ts';
import { BadFormat } from '../../errors/index.ts';
import type { PdbContainer } from './container.ts';
import { LeafCursor } from './leafCursor.ts';
import { orAbsent } from './orAbsent.ts';
import { StreamReader, WindowPool } from './streamReader.ts';

const HEADER_BYTES = 80;
const CHUNK_BYTES = 20;
const NIL = 0xffffffff;
const COMPRESSION = { none: 0, zstd: 1, deflate: 2 } as const;
/** Encoders cut the data into chunks of some MiB at most; a larger one is not unpacked. */
const MAX_CHUNK = 64 * 1024 * 1024;
/** PDBs pack to a third or less; a file that claims more than this is a trap. */
const MAX_RATIO = 64;
/** Unpacked chunks that are kept. */
const KEPT_BYTES = 32 * 1024 * 1024;

interface Fragment {
  /** where it starts in the stream */
  readonly start: number;
  readonly size: number;
  /** offset in the file, or in the data of chunk `chunk` */
  readonly offset: number;
  readonly chunk: number | undefined;
}

interface Chunk {
  readonly offset: number;
  readonly compression: number;
  readonly packedBytes: number;
  readonly bytes: number;
}

/** Throws `BadFormat` where header, directory or chunk table cannot be read. */
export class MsfzFile implements PdbContainer {
  readonly streamCount: number;

  /** the most that a stream may unpack to */
  private readonly limit: number;
  private readonly fragments: readonly (readonly Fragment[] | undefined)[];
  private readonly chunks: readonly Chunk[];
  private readonly unpacked = new LRUCache<number, Uint8Array>({
    maxSize: KEPT_BYTES,
    sizeCalculation: (bytes) => Math.max(1, bytes.length),
  });
  private readonly damaged = new Set<number>();
  private readonly streams: (StreamReader | undefined)[] = [];
  private readonly pool = new WindowPool();

  constructor(private readonly file: ByteSource) {
    const bad = (what: string): BadFormat => new BadFormat(`${file.name}: a compressed PDB (MSFZ) ${what}`);
    const header = new LeafCursor(file.read(0, HEADER_BYTES), 32);
    if (header.bytes.length < HEADER_BYTES) throw bad('that is cut short in its header');
    if (u64(header) !== 0) throw bad('of a version that is not known');
    const directoryAt = u64(header);
    const chunksAt = u64(header);
    this.streamCount = header.u32();
    const compression = header.u32();
    const packedBytes = header.u32();
    const directoryBytes = header.u32();
    const chunkCount = Math.min(header.u32(), Math.floor(header.u32() / CHUNK_BYTES));
    this.limit = Math.max(MAX_CHUNK, file.size * MAX_RATIO);
    if (directoryBytes > this.limit) throw bad(`with a directory of ${directoryBytes} bytes`);
    const directory = unpack(file.read(directoryAt, packedBytes), compression, directoryBytes);
    if (!directory) throw bad('whose directory cannot be unpacked');
    this.chunks = readChunks(new LeafCursor(file.read(chunksAt, chunkCount * CHUNK_BYTES)));
    // a stream that is not there takes four bytes
    if (this.streamCount > directory.length / 4) throw bad('whose directory is too short for its streams');
    this.fragments = this.readDirectory(new LeafCursor(directory));
  }

  stream(index: number): StreamReader | undefined {
    const fragments = this.fragments[index];
    if (!fragments) return undefined;
    this.streams[index] ??= new StreamReader(
      new FragmentSource(
        fragments,
        `${this.file.name}, stream ${index}`,
        this.limit,
        (fragment, offset, out) => this.copy(fragment, offset, out),
      ),
      this.pool,
    );
    return this.streams[index];
  }

  private readDirectory(c: LeafCursor): (readonly Fragment[] | undefined)[] {
    const streams: (readonly Fragment[] | undefined)[] = [];
    orAbsent(() => {
      for (let i = 0; i < this.streamCount; i++) {
        const fragments: Fragment[] = [];
        let start = 0;
        let size = c.u32();
        if (size === NIL) {
          streams.push(undefined);
          continue;
        }
        for (; size !== 0; size = c.u32()) {
          const low = c.u32();
          const high = c.u32();
          const inChunk = high >= 0x80000000;
          fragments.push({
            start,
            size,
            offset: inChunk ? low : low + (high & 0xffff) * 2 ** 32,
            chunk: inChunk ? high & 0x7fffffff : undefined,
          });
          start += size;
        }
        streams.push(fragments);
      }
    });
    return streams;
  }

  /** Copies from an offset in a fragment; returns how many bytes could be had. */
  private copy(fragment: Fragment, offset: number, out: Uint8Array): number {
    if (fragment.chunk === undefined) {
      const bytes = this.file.read(fragment.offset + offset, out.length);
      out.set(bytes);
      return bytes.length;
    }
    let done = 0;
    let within = fragment.offset + offset;
    for (let i = fragment.chunk; done < out.length; i++) {
      const chunk = this.chunks[i];
      if (!chunk) break;
      if (within < chunk.bytes) {
        const bytes = this.chunk(i, chunk)?.subarray(within, within + out.length - done);
        if (!bytes || bytes.length === 0) break;
        out.set(bytes, done);
        done += bytes.length;
      }
      within = Math.max(0, within - chunk.bytes);
    }
    return done;
  }

  private chunk(index: number, chunk: Chunk): Uint8Array | undefined {
    const kept = this.unpacked.get(index);
    if (kept || chunk.bytes > MAX_CHUNK || this.damaged.has(index)) return kept;
    const bytes = unpack(this.file.read(chunk.offset, chunk.packedBytes), chunk.compression, chunk.bytes);
    if (bytes) this.unpacked.set(index, bytes);
    else this.damaged.add(index);
    return bytes;
  }
}

/** A stream put together from its fragments. What it returns is a copy. */
class FragmentSource implements ByteSource {
  readonly size: number;

  constructor(
    private readonly fragments: readonly Fragment[],
    readonly name: string,
    limit: number,
    private readonly copy: (fragment: Fragment, offset: number, out: Uint8Array) => number,
  ) {
    const last = fragments.at(-1);
    this.size = last ? Math.min(last.start + last.size, limit) : 0;
  }

  read(offset: number, length: number): Uint8Array {
    if (!(offset >= 0) || !(length > 0) || offset >= this.size) return new Uint8Array(0);
    const out = new Uint8Array(Math.min(this.size, offset + length) - offset);
    let done = 0;
    for (let i = this.indexOf(offset); done < out.length; i++) {
      const fragment = this.fragments[i];
      if (!fragment) break;
      const from = offset + done - fragment.start;
      const wanted = Math.min(fragment.size - from, out.length - done);
      const copied = this.copy(fragment, from, out.subarray(done, done + wanted));
      done += copied;
      if (copied < wanted) break;
    }
    return done === out.length ? out : out.subarray(0, done);
  }

  /** The fragment that holds an offset. */
  private indexOf(offset: number): number {
    let low = 0;
    let high = this.fragments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.fragments[middle]?.start ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function readChunks(c: LeafCursor): Chunk[] {
  const chunks: Chunk[] = [];
  while (c.left >= CHUNK_BYTES) {
    chunks.push({ offset: u64(c), compression: c.u32(), packedBytes: c.u32(), bytes: c.u32() });
  }
  return chunks;
}

/** A 64-bit number as a double; past 2^53 it is larger than any file, exact or not. */
function u64(c: LeafCursor): number {
  const low = c.u32();
  return c.u32() * 2 ** 32 + low;
}

/** `packed` as exactly `bytes` bytes; undefined where it does not unpack to so many. */
function unpack(packed: Uint8Array, compression: number, bytes: number): Uint8Array | undefined {
  try {
    switch (compression) {
      case COMPRESSION.none:
        return packed.length >= bytes ? packed.subarray(0, bytes) : undefined;
      case COMPRESSION.zstd: {
        const out = unzstd(packed, new Uint8Array(bytes));
        return out.length === bytes ? out : undefined;
      }
      case COMPRESSION.deflate: {
        const out = inflateSync(packed, { out: new Uint8Array(bytes) });
        return out.length === bytes ? out : undefined;
      }
      default:
        return undefined;
    }
  } catch {
    // both libraries throw for damaged data, each in its own way
    return undefined;
  }
}

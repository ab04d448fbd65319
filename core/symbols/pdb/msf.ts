/**
 * The multi-stream file a PDB is stored in ("MSF 7.00"): fixed-size blocks, and a directory that lists the blocks of
 * each stream. Facts: microsoft/pdb-rs docs/pdb/msf.md, LLVM docs PDB/MsfFile, PDB-UNWIND.md section 1.
 *
 *   block 0: magic[32], block size, free block map, block count, directory bytes, (unused), page-map blocks[]
 *   page map -> blocks of the directory -> { stream count, sizes[], block numbers of stream 0, 1, ... }
 *
 * Nothing is read before it is asked for: the directory of a file of 500 MB may itself be 4 MB.
 */
import type { ByteSource } from '../../bytes/index.ts';
import { BadFormat } from '../../errors/index.ts';
import type { PdbContainer } from './container.ts';
import { StreamReader, WindowPool } from './streamReader.ts';

/** Size of a stream that is listed but not there. */
const NIL_SIZE = 0xffffffff;
const HEADER_BYTES = 0x34;
const MIN_BLOCK = 512;
const MAX_BLOCK = 65536;
/** Block numbers are fetched from the directory in runs of this many. */
const RUN = 1024;

/** Block numbers of a stream in order; -1 where the directory is cut short. */
interface BlockList {
  at(index: number): number;
}

/** Block numbers that lie in another stream or in the file's first block, 4 bytes each. */
class StoredBlocks implements BlockList {
  private readonly runs: (Uint32Array | undefined)[] = [];

  constructor(
    private readonly reader: ByteSource,
    private readonly offset: number,
    private readonly count: number,
  ) {}

  at(index: number): number {
    if (index >= this.count) return -1;
    const run = Math.floor(index / RUN);
    let numbers = this.runs[run];
    if (!numbers) {
      const wanted = Math.min(RUN, this.count - run * RUN);
      const bytes = this.reader.read(this.offset + run * RUN * 4, wanted * 4);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      numbers = new Uint32Array(bytes.length >> 2);
      for (let i = 0; i < numbers.length; i++) numbers[i] = view.getUint32(i * 4, true);
      this.runs[run] = numbers;
    }
    return numbers[index - run * RUN] ?? -1;
  }
}

/** The bytes of one stream, gathered from its blocks. What lies together in the file comes as the file gives it. */
class BlockSource implements ByteSource {
  constructor(
    private readonly file: ByteSource,
    private readonly blockSize: number,
    private readonly blocks: BlockList,
    readonly size: number,
    readonly name: string,
  ) {}

  read(offset: number, length: number, scratch?: Uint8Array): Uint8Array {
    if (!(offset >= 0) || !(length > 0) || offset >= this.size) return new Uint8Array(0);
    const wanted = Math.min(this.size, offset + length) - offset;
    const start = this.run(offset, wanted, scratch);
    if (start.length === wanted || start.bytes.length < start.length) return start.bytes;
    const out = scratch && scratch.length >= wanted ? scratch.subarray(0, wanted) : new Uint8Array(wanted);
    // it may lie there already
    if (start.bytes.buffer !== out.buffer || start.bytes.byteOffset !== out.byteOffset) out.set(start.bytes);
    let done = start.length;
    while (done < wanted) {
      const rest = out.subarray(done);
      const { bytes, length: expected } = this.run(offset + done, wanted - done, rest);
      if (bytes.buffer !== rest.buffer || bytes.byteOffset !== rest.byteOffset) rest.set(bytes);
      done += bytes.length;
      if (expected === 0 || bytes.length < expected) break;
    }
    return done === wanted ? out : out.subarray(0, done);
  }

  /** What neighbouring blocks hold from an offset on, in one read, and how much that should be. */
  private run(
    offset: number,
    wanted: number,
    scratch?: Uint8Array,
  ): { readonly bytes: Uint8Array; readonly length: number } {
    const index = Math.floor(offset / this.blockSize);
    const within = offset - index * this.blockSize;
    const first = this.blocks.at(index);
    if (first < 0) return { bytes: new Uint8Array(0), length: 0 };
    let run = this.blockSize - within;
    for (let next = 1; run < wanted && this.blocks.at(index + next) === first + next; next++) {
      run += this.blockSize;
    }
    const length = Math.min(run, wanted);
    return { bytes: this.file.read(first * this.blockSize + within, length, scratch), length };
  }
}

/** An MSF 7.00 file. Throws `BadFormat` where the header cannot be one. */
export class MsfFile implements PdbContainer {
  readonly blockSize: number;
  readonly streamCount: number;
  /** the file is shorter than its header says: late streams may end early */
  readonly truncated: boolean;

  private readonly directory: StreamReader;
  private readonly sizes: Uint32Array;
  private firstBlocks: Float64Array | undefined;
  private readonly streams: (StreamReader | undefined)[] = [];
  private readonly pool = new WindowPool();

  constructor(private readonly file: ByteSource) {
    const header = file.read(0, HEADER_BYTES);
    if (header.length < HEADER_BYTES) throw new BadFormat(`${file.name}: the PDB is cut short in its header`);
    const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
    const blockSize = view.getUint32(0x20, true);
    if (blockSize < MIN_BLOCK || blockSize > MAX_BLOCK || (blockSize & (blockSize - 1)) !== 0) {
      throw new BadFormat(`${file.name}: no PDB has blocks of ${blockSize} bytes`);
    }
    const directoryBytes = view.getUint32(0x2c, true);
    if (directoryBytes < 4 || directoryBytes > file.size) {
      throw new BadFormat(
        `${file.name}: the PDB's directory of ${directoryBytes} bytes is larger than the file`,
      );
    }
    this.blockSize = blockSize;
    this.truncated = view.getUint32(0x28, true) * blockSize > file.size;

    const directoryBlocks = Math.ceil(directoryBytes / blockSize);
    const mapBlocks = Math.ceil((directoryBlocks * 4) / blockSize);
    if (HEADER_BYTES + mapBlocks * 4 > blockSize)
      throw new BadFormat(`${file.name}: the PDB's directory is too large`);
    const map = this.gather(new StoredBlocks(file, HEADER_BYTES, mapBlocks), directoryBlocks * 4, 'page map');
    this.directory = new StreamReader(
      this.gather(new StoredBlocks(map, 0, directoryBlocks), directoryBytes, 'directory'),
    );
    const count = this.directory.read(0, 4);
    if (count.length < 4) throw new BadFormat(`${file.name}: the PDB's directory is not in the file`);
    this.streamCount = Math.min(this.directory.u32(0), Math.floor((directoryBytes - 4) / 4));
    const sizes = this.directory.read(4, this.streamCount * 4);
    this.sizes = new Uint32Array(sizes.length >> 2);
    const sizeView = new DataView(sizes.buffer, sizes.byteOffset, sizes.byteLength);
    for (let i = 0; i < this.sizes.length; i++) this.sizes[i] = sizeView.getUint32(i * 4, true);
  }

  stream(index: number): StreamReader | undefined {
    const listed = this.sizes[index];
    if (listed === undefined || listed === NIL_SIZE) return undefined;
    let stream = this.streams[index];
    if (!stream) {
      const first = this.firstBlock(index);
      const start = 4 + this.streamCount * 4 + first * 4;
      const room = Math.max(0, Math.floor((this.directory.size - start) / 4));
      const blocks = Math.min(Math.ceil(listed / this.blockSize), room);
      // streams own their blocks, so none is larger than the file, whatever the directory repeats
      const size = Math.min(listed, blocks * this.blockSize, this.file.size);
      stream = new StreamReader(
        this.gather(new StoredBlocks(this.directory, start, blocks), size, `stream ${index}`),
        this.pool,
      );
      this.streams[index] = stream;
    }
    return stream;
  }

  private gather(blocks: BlockList, size: number, what: string): ByteSource {
    return new BlockSource(this.file, this.blockSize, blocks, size, `${this.file.name}, ${what}`);
  }

  /** How many block numbers stand before those of a stream: sums in doubles, they may pass 2^32. */
  private firstBlock(index: number): number {
    if (!this.firstBlocks) {
      const first = new Float64Array(this.sizes.length);
      let sum = 0;
      for (let i = 0; i < first.length; i++) {
        first[i] = sum;
        const size = this.sizes[i] ?? NIL_SIZE;
        if (size !== NIL_SIZE) sum += Math.ceil(size / this.blockSize);
      }
      this.firstBlocks = first;
    }
    return this.firstBlocks[index] ?? 0;
  }
}

/**
 * The source lines of one module: its "C13" line information. There is a fragment for each run of code (a function,
 * mostly); the table knows where each is, and reads the lines of one when an address in it is asked for.
 * All RVAs are the linker's. Facts: cvinfo.h (CV_DebugS...), PDB-UNWIND.md section 1.
 *
 *   lines      { offset, section, flags, bytes }, for each file { file, lines, bytes, {offset, line}[], {columns}[] }
 *   checksums  { name in /names, length, kind, bytes }[], which lines refer to by offset
 *   inlinees   { inlinee, file, line }[]: where functions that were inlined begin
 */
import { indexAbove, sortedOrder } from './addressTable.ts';
import type { AddressSpace } from './addressSpace.ts';
import { SUBSECTION, subsections } from './c13.ts';
import { orAbsent } from './orAbsent.ts';
import type { StreamReader } from './streamReader.ts';
import type { StringTable } from './stringTable.ts';

const FRAGMENT_HEADER = 12;
const BLOCK_HEADER = 12;
const HAVE_COLUMNS = 1;
/**
 * Lines that tell a debugger how to step ("always into", "never into") and name no place in a file. The code under them
 * (a call that /JMC puts in, say) counts to the line before.
 */
const STEPPING_LINES = [0xfeefee, 0xf00f00];
/** Fragments that contain one another are tried in turn, the innermost first. */
const STEPS = 8;
const EMPTY = new Uint8Array(0);

export interface FileChecksum {
  readonly kind: 'md5' | 'sha1' | 'sha256';
  readonly bytes: Uint8Array;
}

/** A run of instructions that belong to a line. */
export interface LineRun {
  readonly rva: number;
  readonly length: number;
  /** of the file, for `LineTable.file` */
  readonly file: number;
  readonly line: number;
  readonly column: number | undefined;
}

/** Where an inlined function begins. */
export interface InlineeLine {
  readonly file: number;
  readonly line: number;
}

const CHECKSUM_KINDS: readonly (FileChecksum['kind'] | undefined)[] = [undefined, 'md5', 'sha1', 'sha256'];

export class LineTable {
  /** fragments: first RVA, bytes of code, where they are in the stream, and how long they are there */
  private readonly starts: Uint32Array;
  private readonly sizes: Uint32Array;
  private readonly offsets: Uint32Array;
  private readonly lengths: Uint32Array;
  private readonly checksums: Uint8Array;
  private readonly inlinees = new Map<number, InlineeLine>();
  private readonly fileNames = new Map<number, string | undefined>();
  /** the fragment asked for last, with its lines */
  private last: { readonly fragment: number; readonly runs: readonly LineRun[] } | undefined;

  /** The information lies in `stream` from `offset` on. */
  constructor(
    private readonly stream: StreamReader,
    offset: number,
    length: number,
    space: AddressSpace,
    private readonly names: StringTable,
  ) {
    const starts: number[] = [];
    const sizes: number[] = [];
    const offsets: number[] = [];
    const lengths: number[] = [];
    let checksums = EMPTY;
    for (const part of subsections(stream, offset, length)) {
      if (part.kind === SUBSECTION.lines && part.length >= FRAGMENT_HEADER) {
        const start = space.sourceRva(stream.u16(part.offset + 4), stream.u32(part.offset));
        if (start === undefined) continue;
        starts.push(start);
        sizes.push(stream.u32(part.offset + 8));
        offsets.push(part.offset);
        lengths.push(part.length);
      }
      if (part.kind === SUBSECTION.checksums)
        checksums = new Uint8Array(stream.read(part.offset, part.length));
      if (part.kind === SUBSECTION.inlinees) this.takeInlinees(stream.read(part.offset, part.length));
    }
    const order = sortedOrder(Uint32Array.from(starts));
    this.starts = Uint32Array.from(order, (i) => starts[i] ?? 0);
    this.sizes = Uint32Array.from(order, (i) => sizes[i] ?? 0);
    this.offsets = Uint32Array.from(order, (i) => offsets[i] ?? 0);
    this.lengths = Uint32Array.from(order, (i) => lengths[i] ?? 0);
    this.checksums = checksums;
  }

  /** Bytes of memory it takes, about. */
  get bytes(): number {
    return this.starts.length * 16 + this.checksums.length + this.inlinees.size * 64 + 500;
  }

  /** The run of a line that an RVA lies in; undefined where the code has no line. */
  at(rva: number): LineRun | undefined {
    const from = indexAbove(this.starts, rva) - 1;
    for (let fragment = from; fragment >= 0 && from - fragment < STEPS; fragment--) {
      if (rva - (this.starts[fragment] ?? 0) >= (this.sizes[fragment] ?? 0)) continue;
      const run = lastAtOrBelow(this.runsOf(fragment), rva);
      return run && run.line > 0 ? run : undefined;
    }
    return undefined;
  }

  /** All runs, fragment by fragment. */
  *runs(): Generator<LineRun> {
    for (let fragment = 0; fragment < this.starts.length; fragment++) {
      for (const run of this.runsOf(fragment)) if (run.line > 0) yield run;
    }
  }

  inlinee(id: number): InlineeLine | undefined {
    return this.inlinees.get(id);
  }

  /** Name of a file. */
  file(offset: number): string | undefined {
    if (!this.fileNames.has(offset)) {
      const view = this.checksumAt(offset);
      this.fileNames.set(offset, view && this.names.text(view.getUint32(0, true)));
    }
    return this.fileNames.get(offset);
  }

  checksum(offset: number): FileChecksum | undefined {
    const view = this.checksumAt(offset);
    const kind = view && CHECKSUM_KINDS[view.getUint8(5)];
    if (!view || !kind) return undefined;
    const from = offset + 6;
    const to = from + view.getUint8(4);
    return to <= this.checksums.length ? { kind, bytes: this.checksums.slice(from, to) } : undefined;
  }

  private checksumAt(offset: number): DataView | undefined {
    const { checksums } = this;
    if (offset < 0 || offset + 6 > checksums.length) return undefined;
    return new DataView(checksums.buffer, checksums.byteOffset + offset, checksums.length - offset);
  }

  /** The lines of a fragment by address. */
  private runsOf(fragment: number): readonly LineRun[] {
    if (this.last?.fragment === fragment) return this.last.runs;
    const start = this.starts[fragment] ?? 0;
    const bytes = this.stream.read(this.offsets[fragment] ?? 0, this.lengths[fragment] ?? 0);
    const rows = orAbsent(() => rowsOf(bytes, start)) ?? [];
    rows.sort((a, b) => a.rva - b.rva);
    const end = start + (this.sizes[fragment] ?? 0);
    const runs = rows.map((row, i) => ({ ...row, length: Math.max(0, (rows[i + 1]?.rva ?? end) - row.rva) }));
    this.last = { fragment, runs };
    return runs;
  }

  private takeInlinees(bytes: Uint8Array): void {
    if (bytes.length < 4) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const extended = view.getUint32(0, true) === 1;
    for (let at = 4; at + 12 <= bytes.length;) {
      this.inlinees.set(view.getUint32(at, true), {
        file: view.getUint32(at + 4, true),
        line: view.getUint32(at + 8, true),
      });
      at += 12;
      if (extended) {
        if (at + 4 > bytes.length) return;
        at += 4 + view.getUint32(at, true) * 4;
      }
    }
  }
}

type Row = Omit<LineRun, 'length'>;

/** The rows of a fragment, which starts at RVA `start`. */
function rowsOf(bytes: Uint8Array, start: number): Row[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows: Row[] = [];
  if (bytes.length < FRAGMENT_HEADER) return rows;
  const columns = (view.getUint16(6, true) & HAVE_COLUMNS) !== 0;
  for (let block = FRAGMENT_HEADER; block + BLOCK_HEADER <= bytes.length;) {
    const file = view.getUint32(block, true);
    const count = view.getUint32(block + 4, true);
    const blockBytes = view.getUint32(block + 8, true);
    const room = Math.min(bytes.length - block, blockBytes) - BLOCK_HEADER;
    const listed = Math.min(count, Math.floor(room / (columns ? 12 : 8)));
    const columnsAt = block + BLOCK_HEADER + count * 8;
    for (let i = 0; i < listed; i++) {
      const at = block + BLOCK_HEADER + i * 8;
      const line = view.getUint32(at + 4, true) & 0xffffff;
      if (STEPPING_LINES.includes(line)) continue;
      const columnAt = columnsAt + i * 4;
      const hasColumn = columns && columnAt + 2 <= bytes.length;
      const column = hasColumn ? view.getUint16(columnAt, true) || undefined : undefined;
      rows.push({ rva: start + view.getUint32(at, true), file, line, column });
    }
    if (blockBytes < BLOCK_HEADER) break;
    block += blockBytes;
  }
  return rows;
}

function lastAtOrBelow(runs: readonly LineRun[], rva: number): LineRun | undefined {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((runs[middle]?.rva ?? 0) <= rva) low = middle + 1;
    else high = middle;
  }
  return runs[low - 1];
}

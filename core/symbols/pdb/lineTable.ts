/**
 * The source lines of one module: its "C13" line information, a run of subsections after the symbols in the module's
 * stream. Columns over the linker's RVAs. Facts: cvinfo.h (CV_DebugS...), PDB-UNWIND.md section 1.
 *
 *   lines      { offset, section, flags, bytes }, for each file { file, lines, bytes, {offset, line}[], {columns}[] }
 *   checksums  { name in /names, length, kind, bytes }[], which lines refer to by offset
 *   inlinees   { inlinee, file, line }[]: where functions that were inlined begin
 */
import { indexAbove, sortedOrder } from './addressTable.ts';
import type { AddressSpace } from './addressSpace.ts';
import { SUBSECTION, subsections } from './c13.ts';
import type { StreamReader } from './streamReader.ts';
import type { StringTable } from './stringTable.ts';

const HAVE_COLUMNS = 1;
/**
 * Lines that tell a debugger how to step ("always into", "never into") and name no place in a file. The code under them
 * (a call that /JMC puts in, say) counts to the line before.
 */
const STEPPING_LINES = [0xfeefee, 0xf00f00];
/** Marks the end of a run: no line from here on. */
const NO_LINE = 0;

export interface FileChecksum {
  readonly kind: 'md5' | 'sha1' | 'sha256';
  readonly bytes: Uint8Array;
}

/** A run of instructions that belong to a line; the linker's RVAs. */
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
  private readonly rvas: Uint32Array;
  private readonly lines: Uint32Array;
  private readonly files: Uint32Array;
  private readonly columns: Uint16Array;
  private checksums = new Uint8Array(0);
  private readonly inlinees = new Map<number, InlineeLine>();
  private readonly fileNames = new Map<number, string | undefined>();

  /** The information lies in `stream` from `offset` on. */
  constructor(
    stream: StreamReader,
    offset: number,
    length: number,
    private readonly space: AddressSpace,
    private readonly names: StringTable,
  ) {
    const rows: Rows = { rvas: [], lines: [], files: [], columns: [] };
    const ends: number[] = [];
    const bytes = stream.read(offset, length);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (const part of subsections(stream, offset, length)) {
      const from = part.offset - offset;
      const to = Math.min(from + part.length, bytes.length);
      if (part.kind === SUBSECTION.lines) this.takeLines(view, from, to, rows, ends);
      if (part.kind === SUBSECTION.checksums) this.checksums = bytes.slice(from, to);
      if (part.kind === SUBSECTION.inlinees) this.takeInlinees(view, from, to);
    }
    // ends come first, so that at one address a line wins over the end of another
    const rvas = Uint32Array.from([...ends, ...rows.rvas]);
    const order = sortedOrder(rvas);
    const row = (i: number): number => i - ends.length;
    this.rvas = Uint32Array.from(order, (i) => rvas[i] ?? 0);
    this.lines = Uint32Array.from(order, (i) => rows.lines[row(i)] ?? NO_LINE);
    this.files = Uint32Array.from(order, (i) => rows.files[row(i)] ?? 0);
    this.columns = rows.columns.some((c) => c > 0)
      ? Uint16Array.from(order, (i) => rows.columns[row(i)] ?? 0)
      : new Uint16Array(0);
  }

  /** Bytes of memory it takes, about. */
  get bytes(): number {
    return this.rvas.length * 14 + this.checksums.length + this.inlinees.size * 64 + 500;
  }

  /** The run of a line that an RVA lies in; undefined where the code has no line. */
  at(rva: number): LineRun | undefined {
    return this.run(indexAbove(this.rvas, rva) - 1);
  }

  /** All runs in ascending order. */
  *runs(): Generator<LineRun> {
    for (let i = 0; i < this.rvas.length; i++) {
      const run = this.run(i);
      if (run) yield run;
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

  private run(i: number): LineRun | undefined {
    const line = this.lines[i] ?? NO_LINE;
    const rva = this.rvas[i];
    if (rva === undefined || line === NO_LINE) return undefined;
    // several rows may share an address: the run lasts to the next address
    const next = this.rvas[i + 1] ?? rva;
    return {
      rva,
      length: next - rva,
      file: this.files[i] ?? 0,
      line,
      column: this.columns[i] || undefined,
    };
  }

  private checksumAt(offset: number): DataView | undefined {
    const { checksums } = this;
    if (offset + 6 > checksums.length) return undefined;
    return new DataView(checksums.buffer, checksums.byteOffset + offset, checksums.length - offset);
  }

  private takeLines(view: DataView, from: number, to: number, rows: Rows, ends: number[]): void {
    if (to - from < 12) return;
    const start = this.space.sourceRva(view.getUint16(from + 4, true), view.getUint32(from, true));
    if (start === undefined) return;
    const columns = (view.getUint16(from + 6, true) & HAVE_COLUMNS) !== 0;
    const size = view.getUint32(from + 8, true);
    for (let block = from + 12; block + 12 <= to;) {
      const file = view.getUint32(block, true);
      const count = view.getUint32(block + 4, true);
      const blockEnd = block + view.getUint32(block + 8, true);
      const listed = Math.min(count, Math.floor((Math.min(to, blockEnd) - block - 12) / (columns ? 12 : 8)));
      const columnsAt = block + 12 + count * 8;
      for (let i = 0; i < listed; i++) {
        const at = block + 12 + i * 8;
        const line = view.getUint32(at + 4, true) & 0xffffff;
        if (STEPPING_LINES.includes(line)) continue;
        rows.rvas.push(start + view.getUint32(at, true));
        rows.lines.push(line);
        rows.files.push(file);
        rows.columns.push(columns ? view.getUint16(columnsAt + i * 4, true) : 0);
      }
      if (blockEnd <= block) break;
      block = blockEnd;
    }
    ends.push(start + size);
  }

  private takeInlinees(view: DataView, from: number, to: number): void {
    if (to - from < 4) return;
    const extended = view.getUint32(from, true) === 1;
    for (let at = from + 4; at + 12 <= to;) {
      this.inlinees.set(view.getUint32(at, true), {
        file: view.getUint32(at + 4, true),
        line: view.getUint32(at + 8, true),
      });
      at += 12;
      if (extended) {
        if (at + 4 > to) return;
        at += 4 + view.getUint32(at, true) * 4;
      }
    }
  }
}

interface Rows {
  readonly rvas: number[];
  readonly lines: number[];
  readonly files: number[];
  readonly columns: number[];
}

/**
 * x86 frame information: FRAMEDATA (the "new FPO" stream, 32 bytes a record) and FPO_DATA (16 bytes). Records count in
 * the linker's space (PDB-UNWIND.md section 1, checked on ntdll). Layouts: cvinfo.h, winnt.h.
 */
import type { FpoData, FrameData } from '../unwindSource.ts';
import { indexAbove, sortedOrder } from './addressTable.ts';
import type { StreamReader } from './streamReader.ts';
import type { StringTable } from './stringTable.ts';

/** Records that start before an address and do not cover it, tried in turn: nested ones start close together. */
const STEPS = 1024;

const FRAME_BYTES = 32;
const FPO_BYTES = 16;
const FPO_FRAMES: readonly FpoData['frame'][] = ['fpo', 'trap', 'tss', 'nonfpo'];

/** Records of one size that cover runs of code, by their start. */
class Covering {
  readonly view: DataView;
  private readonly starts: Uint32Array;
  /** offset of each record in `view` */
  private readonly records: Uint32Array;

  constructor(stream: StreamReader, recordBytes: number) {
    const bytes = stream.read(0, stream.size - (stream.size % recordBytes));
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const starts = new Uint32Array(Math.floor(bytes.length / recordBytes));
    for (let i = 0; i < starts.length; i++) starts[i] = this.view.getUint32(i * recordBytes, true);
    const order = sortedOrder(starts);
    this.starts = Uint32Array.from(order, (i) => starts[i] ?? 0);
    this.records = Uint32Array.from(order, (i) => i * recordBytes);
  }

  /** The record that starts last of those that cover an RVA: its offset in `view`. The length is its second field. */
  find(rva: number): number | undefined {
    const from = indexAbove(this.starts, rva) - 1;
    for (let i = from; i >= 0 && from - i < STEPS; i--) {
      const record = this.records[i] ?? 0;
      if (rva - (this.starts[i] ?? 0) < this.view.getUint32(record + 4, true)) return record;
    }
    return undefined;
  }
}

export class FrameRecords {
  private readonly covering: Covering;

  constructor(
    stream: StreamReader,
    private readonly names: StringTable,
  ) {
    this.covering = new Covering(stream, FRAME_BYTES);
  }

  /** The innermost record that covers one of the linker's RVAs. */
  at(rva: number): FrameData | undefined {
    const at = this.covering.find(rva);
    if (at === undefined) return undefined;
    const { view } = this.covering;
    const flags = view.getUint32(at + 28, true);
    return {
      start: view.getUint32(at, true),
      length: view.getUint32(at + 4, true),
      locals: view.getUint32(at + 8, true),
      parameters: view.getUint32(at + 12, true),
      maxStack: view.getUint32(at + 16, true),
      program: this.names.text(view.getUint32(at + 20, true)) ?? '',
      prolog: view.getUint16(at + 24, true),
      savedRegisters: view.getUint16(at + 26, true),
      seh: (flags & 1) !== 0,
      eh: (flags & 2) !== 0,
      functionStart: (flags & 4) !== 0,
    };
  }
}

export class FpoRecords {
  private readonly covering: Covering;

  constructor(stream: StreamReader) {
    this.covering = new Covering(stream, FPO_BYTES);
  }

  at(rva: number): FpoData | undefined {
    const at = this.covering.find(rva);
    if (at === undefined) return undefined;
    const { view } = this.covering;
    const bits = view.getUint16(at + 14, true);
    return {
      start: view.getUint32(at, true),
      length: view.getUint32(at + 4, true),
      locals: view.getUint32(at + 8, true) * 4,
      parameters: view.getUint16(at + 12, true) * 4,
      prolog: bits & 0xff,
      savedRegisterCount: (bits >> 8) & 7,
      seh: (bits & 0x800) !== 0,
      usesBp: (bits & 0x1000) !== 0,
      frame: FPO_FRAMES[(bits >> 14) & 3] ?? 'fpo',
    };
  }
}

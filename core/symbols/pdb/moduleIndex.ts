/**
 * What one module's stream has at which address: procedures, data, thunks; and apart from them separated code, the
 * pieces of procedures that the linker moved away. Columns over the linker's RVAs; names and details stay in the stream
 * until someone asks.
 */
import { indexAtOrBelow, sortedOrder } from './addressTable.ts';
import type { AddressSpace } from './addressSpace.ts';
import type { ModuleInfo } from './moduleList.ts';
import { S } from './symbolKind.ts';
import type { StreamReader } from './streamReader.ts';

/** What an entry of the index is; in the order in which one is preferred over another at the same address. */
export const ITEM = { procedure: 1, data: 2, thunk: 3 } as const;

/** Entries sorted by RVA. */
export interface Columns {
  readonly rvas: Uint32Array;
  /** bytes each covers; 0 where the record does not say */
  readonly sizes: Uint32Array;
  /** offset of each record in the module's stream */
  readonly records: Uint32Array;
  /** of named entries: an ITEM; of separated code: the RVA of what it belongs to */
  readonly values: Uint32Array;
}

/** Modules of up to so many bytes are gone through in the same memory: a search over all of them reads each. */
const SCRATCH = 4 * 1024 * 1024;
let scratch: Uint8Array | undefined;

/** Memory for one read whose bytes nobody keeps. */
function scratchOf(length: number): Uint8Array | undefined {
  if (length > SCRATCH) return undefined;
  if (!scratch || scratch.length < length) scratch = new Uint8Array(Math.min(SCRATCH, length * 2));
  return scratch;
}

interface Rows {
  readonly rvas: number[];
  readonly sizes: number[];
  readonly records: number[];
  readonly values: number[];
}

export class ModuleIndex {
  readonly named: Columns;
  readonly separated: Columns;

  constructor(
    readonly module: ModuleInfo,
    stream: StreamReader,
    private readonly space: AddressSpace,
  ) {
    const named = rows();
    const separated = rows();
    const length = Math.min(module.symbolBytes, stream.size);
    const bytes = stream.read(0, length, scratchOf(length));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // the first four bytes are a signature
    for (let at = 4; at + 4 <= bytes.length;) {
      const length = view.getUint16(at, true) + 2;
      if (length < 4 || at + length > bytes.length) break;
      this.take(view, at, length, named, separated);
      at += length;
    }
    this.named = columns(named);
    this.separated = columns(separated);
  }

  /** Bytes of memory it takes, about. */
  get bytes(): number {
    return (this.named.rvas.length + this.separated.rvas.length) * 16 + 200;
  }

  /** The entry of the separated code that covers an RVA; -1 where none does. */
  separatedAt(rva: number): number {
    const { rvas, sizes } = this.separated;
    const entry = indexAtOrBelow(rvas, rva);
    return entry >= 0 && rva - (rvas[entry] ?? 0) < (sizes[entry] ?? 0) ? entry : -1;
  }

  /** Takes the fields an index needs, without making an object of the record. Layouts as in `symbolRecord.ts`. */
  private take(view: DataView, at: number, length: number, named: Rows, separated: Rows): void {
    switch (view.getUint16(at + 2, true)) {
      case S.GPROC32:
      case S.LPROC32:
      case S.GPROC32_ID:
      case S.LPROC32_ID:
      case S.GPROC32_ST:
      case S.LPROC32_ST:
      case S.LPROC32_DPC:
      case S.LPROC32_DPC_ID:
        if (length >= 39)
          this.add(
            named,
            at,
            this.rva(view, at + 36, at + 32),
            view.getUint32(at + 16, true),
            ITEM.procedure,
          );
        return;
      case S.LDATA32:
      case S.GDATA32:
      case S.LDATA32_ST:
      case S.GDATA32_ST:
        if (length >= 14) this.add(named, at, this.rva(view, at + 12, at + 8), 0, ITEM.data);
        return;
      case S.THUNK32:
      case S.THUNK32_ST:
        if (length >= 25)
          this.add(named, at, this.rva(view, at + 20, at + 16), view.getUint16(at + 22, true), ITEM.thunk);
        return;
      case S.SEPCODE: {
        const parent = length >= 32 ? this.rva(view, at + 30, at + 24) : undefined;
        if (parent === undefined) return;
        this.add(separated, at, this.rva(view, at + 28, at + 20), view.getUint32(at + 12, true), parent);
        return;
      }
    }
  }

  private rva(view: DataView, section: number, offset: number): number | undefined {
    return this.space.sourceRva(view.getUint16(section, true), view.getUint32(offset, true));
  }

  private add(to: Rows, record: number, rva: number | undefined, size: number, value: number): void {
    if (rva === undefined) return;
    to.rvas.push(rva);
    to.sizes.push(size);
    to.records.push(record);
    to.values.push(value);
  }
}

function rows(): Rows {
  return { rvas: [], sizes: [], records: [], values: [] };
}

function columns(from: Rows): Columns {
  const order = sortedOrder(Uint32Array.from(from.rvas));
  const sorted = (column: readonly number[]): Uint32Array => Uint32Array.from(order, (i) => column[i] ?? 0);
  return {
    rvas: sorted(from.rvas),
    sizes: sorted(from.sizes),
    records: sorted(from.records),
    values: sorted(from.values),
  };
}

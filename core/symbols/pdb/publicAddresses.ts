/**
 * The publics by address. A PDB keeps them sorted: for the first questions that order is searched in place, with some
 * twenty small reads each; whoever asks more gets a table, built by one pass over the records.
 */
import { addressTable, indexAbove, type AddressTable } from './addressTable.ts';
import type { AddressSpace } from './addressSpace.ts';
import { recordPieces } from './recordPieces.ts';
import type { StreamReader } from './streamReader.ts';
import { S } from './symbolKind.ts';
import type { SymbolRecords } from './symbolRecords.ts';

/** Of a record: what comes before its name. */
const PUBLIC_FIXED = 14;
/** Publics at one address that are named: functions that were folded into one are some dozens. */
const MAX_AT_ONE = 256;
/** Questions that are answered in place before the table is built. */
const IN_PLACE = 32;

export class PublicAddresses {
  private table: AddressTable | undefined;
  private asked = 0;

  /** `count` offsets of records lie in `stream` from `offset` on, sorted by address. */
  constructor(
    private readonly stream: StreamReader,
    private readonly offset: number,
    private readonly count: number,
    private readonly records: SymbolRecords,
    private readonly space: AddressSpace,
  ) {}

  /** All of them by the linker's RVA; the values are offsets of records. */
  all(): AddressTable {
    this.table ??= this.build();
    return this.table;
  }

  /** Offsets of the records at the highest address at or below an RVA, and that address. */
  atOrBelow(rva: number): { readonly rva: number; readonly records: readonly number[] } | undefined {
    const above = this.indexAbove(rva);
    const found = this.rvaAt(above - 1);
    if (found === undefined) return undefined;
    const records: number[] = [];
    const first = this.indexAbove(found - 1);
    for (let i = first; i < Math.min(above, first + MAX_AT_ONE); i++) records.push(this.recordAt(i));
    return { rva: found, records };
  }

  /** The first record above an RVA. */
  above(rva: number): { readonly rva: number; readonly record: number } | undefined {
    const index = this.indexAbove(rva);
    const found = this.rvaAt(index);
    return found === undefined ? undefined : { rva: found, record: this.recordAt(index) };
  }

  private indexAbove(rva: number): number {
    if (!this.table && this.asked++ >= IN_PLACE) this.all();
    if (this.table) return indexAbove(this.table.rvas, rva);
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.rvaAt(middle) ?? 0) <= rva) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private rvaAt(index: number): number | undefined {
    if (index < 0) return undefined;
    if (this.table) return this.table.rvas[index];
    if (index >= this.count) return undefined;
    const bytes = this.records.bytes(this.recordAt(index));
    if (!bytes || bytes.length < PUBLIC_FIXED) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.space.sourceRva(view.getUint16(12, true), view.getUint32(8, true));
  }

  private recordAt(index: number): number {
    return this.table ? (this.table.values[index] ?? 0) : this.stream.u32(this.offset + index * 4);
  }

  private build(): AddressTable {
    const bytes = this.stream.read(this.offset, this.count * 4);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const offsets = new Uint32Array(bytes.length >> 2);
    for (let i = 0; i < offsets.length; i++) offsets[i] = view.getUint32(i * 4, true);
    const rvas = this.addressesOf(offsets);
    const placed = rvas.reduce((n, rva) => (rva < 0 ? n : n + 1), 0);
    const keptRvas = new Uint32Array(placed);
    const keptOffsets = new Uint32Array(placed);
    let kept = 0;
    for (let i = 0; i < offsets.length; i++) {
      const rva = rvas[i] ?? -1;
      if (rva < 0) continue;
      keptRvas[kept] = rva;
      keptOffsets[kept++] = offsets[i] ?? 0;
    }
    return addressTable(keptRvas, keptOffsets);
  }

  /** RVAs of the records at `offsets`, -1 where there is none. */
  private addressesOf(offsets: Uint32Array): Float64Array {
    const rvas = new Float64Array(offsets.length).fill(-1);
    for (const piece of recordPieces(this.records.stream, offsets)) {
      for (const { at, length, position } of piece.records()) {
        const kind = piece.view.getUint16(at + 2, true);
        if ((kind !== S.PUB32 && kind !== S.PUB32_ST) || length < PUBLIC_FIXED) continue;
        const section = piece.view.getUint16(at + 12, true);
        rvas[position] = this.space.sourceRva(section, piece.view.getUint32(at + 8, true)) ?? -1;
      }
    }
    return rvas;
  }
}

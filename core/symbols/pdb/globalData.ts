import { addressTable, type AddressTable } from './addressTable.ts';
import type { AddressSpace } from './addressSpace.ts';
import { recordPieces } from './recordPieces.ts';
import { S } from './symbolKind.ts';
import type { SymbolHash } from './symbolHash.ts';
import type { SymbolRecords } from './symbolRecords.ts';

/** Of a data record: what comes before its name. */
const DATA_FIXED = 14;

/** Variables among the globals by the linker's RVA; the values are offsets of records. */
export function globalData(globals: SymbolHash, records: SymbolRecords, space: AddressSpace): AddressTable {
  const offsets = globals.offsets();
  const rvas: number[] = [];
  const values: number[] = [];
  for (const { view, records: found } of recordPieces(records.stream, offsets)) {
    for (const { at, length, position } of found()) {
      const kind = view.getUint16(at + 2, true);
      if (kind !== S.GDATA32 && kind !== S.LDATA32 && kind !== S.GDATA32_ST && kind !== S.LDATA32_ST)
        continue;
      if (length < DATA_FIXED) continue;
      const rva = space.sourceRva(view.getUint16(at + 12, true), view.getUint32(at + 8, true));
      if (rva === undefined) continue;
      rvas.push(rva);
      values.push(offsets[position] ?? 0);
    }
  }
  return addressTable(Uint32Array.from(rvas), Uint32Array.from(values));
}

import type { StructureField, StructureFields } from '../../core/protocol/pictures.ts';
import { columnOf } from './memoryLine.ts';
import type { MemoryFormat } from './memoryFormats.ts';

/** Tints that fields take turns with; borders tell neighbours apart where colours do not. */
export const FIELD_TINTS = 6;

/** A field's part in one row, in characters of the data. */
export interface FieldMark {
  readonly field: StructureField;
  readonly column: number;
  readonly width: number;
  readonly tint: number;
  /** the field begins in this row: its name stands there */
  readonly begins: boolean;
}

/** The marks of a structure's fields in a row. Fields that share bytes (bit fields, unions) are marked once. */
export function fieldMarks(
  structure: StructureFields,
  format: MemoryFormat,
  rowStart: bigint,
  rowLength: number,
): FieldMark[] {
  const first = Number(rowStart - structure.address);
  if (first >= structure.size || first + rowLength <= 0) return [];
  const marks: FieldMark[] = [];
  let end = -Infinity;
  let tint = 0;
  for (const field of structure.fields) {
    const fieldEnd = field.offset + field.size;
    if (field.offset < end) continue;
    end = fieldEnd;
    tint = (tint + 1) % FIELD_TINTS;
    const from = Math.max(field.offset, first);
    const to = Math.min(fieldEnd, first + rowLength);
    if (to <= from) continue;
    const column = columnOf(format, from - first);
    const width = columnOf(format, to - 1 - first) + format.width - column;
    marks.push({ field, column, width, tint, begins: from === field.offset });
  }
  return marks;
}

/** The fields that hold an address: one, or several where they share bytes. */
export function fieldsAt(structure: StructureFields, address: bigint): StructureField[] {
  const offset = Number(address - structure.address);
  return structure.fields.filter((f) => offset >= f.offset && offset < f.offset + f.size);
}

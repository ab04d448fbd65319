import { type Address, readPointer, readStruct } from '../../target/index.ts';
import { recordOf } from '../fieldPath.ts';
import { type RecordType, type Type, unmodified } from '../model.ts';
import { readScalar, scalarForm } from '../readScalar.ts';
import type { FieldPlace } from '../structLayouts.ts';
import type { ValueSource } from '../value.ts';
import { dataField } from './templates.ts';

/** A library object in memory. Fields that it does not have are undefined; unreadable memory throws. */
export class ObjectReader {
  constructor(
    readonly source: ValueSource,
    readonly record: RecordType,
    readonly address: Address,
  ) {}

  place(name: string): FieldPlace | undefined {
    return dataField(this.record, name);
  }

  at(place: FieldPlace): Address {
    return this.address + BigInt(place.offset);
  }

  pointer(name: string): Address | undefined {
    const place = this.place(name);
    return place && readPointer(this.source.memory, this.at(place), this.source.pointerSize);
  }

  /** An integer field, signed as its type is. */
  integer(name: string): bigint | undefined {
    const place = this.place(name);
    const form = place && scalarForm(place.type);
    if (!form) return undefined;
    return readScalar(readStruct(this.source.memory, this.at(place), form.size), 0, form);
  }

  /** A size as a number; undefined where there is none, or where no object in memory can be so large. */
  size(name: string): number | undefined {
    const value = this.integer(name);
    return value !== undefined && value >= 0n && value <= 0x1_0000_0000n ? Number(value) : undefined;
  }

  /** What a pointer field points to, by its type. */
  targetType(name: string): Type | undefined {
    const place = this.place(name);
    const type = place && unmodified(place.type);
    return type?.kind === 'pointer' ? type.target : undefined;
  }

  /** The definition of the record that a pointer field points to. */
  targetRecord(name: string): RecordType | undefined {
    const type = this.targetType(name);
    const record = type && recordOf(type);
    return record && (this.source.complete?.(record) ?? record);
  }
}

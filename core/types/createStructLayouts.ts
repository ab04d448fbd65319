import { NotAvailable } from '../errors/index.ts';
import type { Address, Memory } from '../target/index.ts';
import { findField } from './fieldPath.ts';
import type { RecordType, TypeSource } from './model.ts';
import { unmodified } from './model.ts';
import { scalarForm } from './readScalar.ts';
import type { StructLayouts, StructView } from './structLayouts.ts';
import { type FieldFinder, MemoryStruct, type ResolvedField } from './structView.ts';

/**
 * Windows' own structures from several sources: the first that defines a structure wins (ntdll's PDB before the
 * built-in layout). All sources must have the same pointer size. Look-ups are remembered for the life of the result.
 */
export function createStructLayouts(sources: readonly TypeSource[]): StructLayouts {
  const [first] = sources;
  if (!first) throw new NotAvailable('no types: neither a PDB of ntdll nor a built-in layout');
  return new SourceLayouts(sources, first.pointerSize);
}

class SourceLayouts implements StructLayouts, FieldFinder {
  readonly origin: string;
  private readonly records = new Map<string, RecordType | null>();
  private readonly fields = new Map<RecordType, Map<string, ResolvedField | null>>();

  constructor(
    readonly sources: readonly TypeSource[],
    readonly pointerSize: 4 | 8,
  ) {
    this.origin = sources.map((s) => s.origin).join(', ');
  }

  record(name: string): RecordType | undefined {
    let record = this.records.get(name);
    if (record === undefined) {
      record = this.find(name) ?? null;
      this.records.set(name, record);
    }
    return record ?? undefined;
  }

  size(name: string): number {
    return this.need(name).size;
  }

  has(name: string, path: string): boolean {
    const record = this.record(name);
    return record !== undefined && this.field(record, path) !== undefined;
  }

  place(name: string, path: string): ResolvedField {
    const place = this.field(this.need(name), path);
    if (!place) throw new NotAvailable(`${name} has no field ${path} (${this.origin})`);
    return place;
  }

  offset(name: string, path: string): number {
    return this.place(name, path).offset;
  }

  at(name: string, memory: Memory, address: Address): StructView {
    return new MemoryStruct(this, this.need(name), memory, address);
  }

  field(record: RecordType, path: string): ResolvedField | undefined {
    let known = this.fields.get(record);
    if (!known) this.fields.set(record, (known = new Map<string, ResolvedField | null>()));
    let field = known.get(path);
    if (field === undefined) {
      const place = findField(record, path);
      field = place ? { ...place, form: scalarForm(place.type) } : null;
      known.set(path, field);
    }
    return field ?? undefined;
  }

  complete(record: RecordType): RecordType {
    return record.forward ? (this.record(record.name) ?? record) : record;
  }

  private need(name: string): RecordType {
    const record = this.record(name);
    if (!record) throw new NotAvailable(`no structure ${name} in ${this.origin}`);
    return record;
  }

  private find(name: string): RecordType | undefined {
    for (const source of this.sources) {
      const type = source.find(name);
      const record = type && unmodified(type);
      if (record?.kind === 'record' && !record.forward) return record;
    }
    return undefined;
  }
}

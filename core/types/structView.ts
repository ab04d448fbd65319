import { ByteReader } from '../bytes/index.ts';
import { NotAvailable } from '../errors/index.ts';
import { type Address, type Memory, readUtf16 } from '../target/index.ts';
import { recordOf } from './fieldPath.ts';
import { type RecordType, unmodified } from './model.ts';
import { readScalar, readSmallScalar, type ScalarForm } from './readScalar.ts';
import type { FieldPlace, StructView } from './structLayouts.ts';

/** A field that was looked up once: where it lies and how its bytes become a number. */
export interface ResolvedField extends FieldPlace {
  readonly form: ScalarForm | undefined;
}

/** Looks fields up; implemented by the layouts, which remember what was found. */
export interface FieldFinder {
  field(record: RecordType, path: string): ResolvedField | undefined;
  /** the definition where `record` is a forward reference that another source defines */
  complete(record: RecordType): RecordType;
}

/**
 * Structures up to this size are read whole with their first field: list entries, heap entries. Of larger ones (the
 * PEB, the TEB) callers want a few fields.
 */
const WHOLE_LIMIT = 512;

/** A structure at an address: bytes are read when a field is asked for. */
export class MemoryStruct implements StructView {
  private whole: ByteReader | null | undefined;

  constructor(
    private readonly finder: FieldFinder,
    private readonly record: RecordType,
    private readonly memory: Memory,
    readonly address: Address,
  ) {}

  get name(): string {
    return this.record.name;
  }

  has(path: string): boolean {
    return this.finder.field(this.record, path) !== undefined;
  }

  addressOf(path: string): Address {
    return this.address + BigInt(this.field(path).offset);
  }

  get(path: string): bigint {
    const { form, offset } = this.scalar(path);
    const whole = this.wholeWith(offset, form.size);
    return whole ? readScalar(whole, offset, form) : readScalar(this.bytes(offset, form.size), 0, form);
  }

  number(path: string): number {
    const { form, offset } = this.scalar(path);
    if ((form.bits?.length ?? form.size * 8) > 32) {
      throw new NotAvailable(`${this.name}.${path} has ${form.size * 8} bits and is read as a number`);
    }
    const whole = this.wholeWith(offset, form.size);
    return whole
      ? readSmallScalar(whole, offset, form)
      : readSmallScalar(this.bytes(offset, form.size), 0, form);
  }

  unicodeString(path: string): string {
    const string = this.nested(path);
    // Length is 16 bits wide, which bounds the read
    const length = string.number('Length');
    const buffer = string.get('Buffer');
    return buffer === 0n ? '' : readUtf16(this.memory, buffer, length);
  }

  struct(path: string): StructView | undefined {
    const { type, offset } = this.field(path);
    const bare = unmodified(type);
    if (bare.kind !== 'pointer') return this.view(path, bare, this.address + BigInt(offset));
    const target = this.get(path);
    return target === 0n ? undefined : this.view(path, bare.target, target);
  }

  private nested(path: string): MemoryStruct {
    const { type, offset } = this.field(path);
    return this.view(path, type, this.address + BigInt(offset));
  }

  private view(path: string, type: FieldPlace['type'], address: Address): MemoryStruct {
    const record = recordOf(type);
    if (!record) throw new NotAvailable(`${this.name}.${path} is no structure`);
    return new MemoryStruct(this.finder, this.finder.complete(record), this.memory, address);
  }

  private field(path: string): ResolvedField {
    const field = this.finder.field(this.record, path);
    if (!field) throw new NotAvailable(`${this.name} has no field ${path}`);
    return field;
  }

  private scalar(path: string): { readonly offset: number; readonly form: ScalarForm } {
    const { form, offset } = this.field(path);
    if (!form) throw new NotAvailable(`${this.name}.${path} is no integer`);
    return { form, offset };
  }

  private wholeWith(offset: number, size: number): ByteReader | undefined {
    if (this.whole === undefined) this.whole = this.readWhole();
    return this.whole?.has(offset, size) ? this.whole : undefined;
  }

  /** The bytes of a small structure that is there as a whole; null where fields must be read one by one. */
  private readWhole(): ByteReader | null {
    const { size } = this.record;
    if (size === 0 || size > WHOLE_LIMIT || this.memory.available(this.address, size) < size) return null;
    return new ByteReader(this.memory.read(this.address, size));
  }

  private bytes(offset: number, size: number): ByteReader {
    return new ByteReader(this.memory.read(this.address + BigInt(offset), size));
  }
}

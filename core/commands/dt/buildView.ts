/**
 * Computes what dt shows: the rows of a record, the elements of an array, and what -r, -b, -a and the asked-for fields
 * expand. Nothing is printed here; a row that is not in the dump has a `missing` value.
 */
import { MemoryUnreadable } from '../../errors/index.ts';
import { type Address, readPointer, readStruct } from '../../target/index.ts';
import {
  libraryClass,
  libraryContents,
  type PlacedMember,
  placedMembers,
  readValue,
  recordBehind,
  type RecordType,
  type Type,
  unmodified,
  type Value,
  type ValueSource,
} from '../../types/index.ts';
import type { FieldSpec } from './fieldSpec.ts';
import { seenAsText } from './numberText.ts';
import type { DtElement, DtField, DtRow, DtView } from './model.ts';

/** Rows and elements of one dt: more than a person reads; -r on a damaged structure could go on for ever. */
const ROW_LIMIT = 50_000;
/** Elements of a container that are shown unless -a says how many. */
const CONTENT_LIMIT = 100;
/** Levels of -b, which has no depth of its own. */
const BLOCK_DEPTH = 32;

export interface ViewOptions {
  /** -r: levels to expand, through pointers as well */
  readonly depth: number;
  /** -b: expand what lies within, arrays too, and follow no pointer */
  readonly blocks: boolean;
  readonly fields: readonly FieldSpec[];
  /** -a: elements of an array to show, one a line */
  readonly elements?: number;
  /** -v: methods too */
  readonly verbose: boolean;
  readonly module?: string;
  /** `.typeopt`: 16-bit numbers may be text */
  readonly typeOptions?: number;
  /** Where a static member lies: `Class::name`. */
  staticAddress?(name: string): Address | undefined;
}

/** What dt shows of a type (without an address), or of what lies at an address. */
export function buildView(
  source: ValueSource,
  type: Type,
  address: Address | undefined,
  options: ViewOptions,
): DtView {
  return new Builder(source, options).view(type, address);
}

class Builder {
  private left = ROW_LIMIT;
  private cut = false;
  private unreadable: Address | undefined;
  /** what is being expanded right now: an object within itself is not expanded again */
  private readonly open = new Set<string>();

  constructor(
    private readonly source: ValueSource,
    private readonly options: ViewOptions,
  ) {}

  view(type: Type, address: Address | undefined): DtView {
    const { options } = this;
    const t = unmodified(type);
    const value = address === undefined ? undefined : this.read(type, address);
    const record = recordBehind(this.source, type);
    let rows: readonly DtRow[] | undefined;
    let elements: readonly DtElement[] | undefined;
    const count = options.elements;
    const all = count !== undefined || options.blocks;
    if (t.kind === 'array' && address !== undefined && value?.kind !== 'text' && all) {
      elements = this.elements(t.element, t.count, address, count ?? t.count, options.depth);
    } else if (
      count !== undefined &&
      Number.isFinite(count) &&
      address !== undefined &&
      !(record && libraryClass(record))
    ) {
      // -a4 of a type: an array of four such
      elements = this.elements(t, count, address, count, options.depth);
    } else if (record && (t.kind === 'record' || address !== undefined)) {
      const at = t.kind === 'pointer' && value?.kind === 'pointer' ? value.address : address;
      // what a null pointer points to is not shown
      if (t.kind === 'record' || (at !== undefined && at !== 0n)) rows = this.top(record, at);
    }
    const contents =
      record && t.kind === 'record' && address !== undefined ? this.contents(record, address) : undefined;
    return {
      type,
      contents,
      module: options.module,
      address,
      size: t.kind === 'record' ? (record ?? t).size : t.size,
      value,
      rows,
      elements,
      noSuchField: options.fields.length > 0 && rows?.length === 0,
      cut: this.cut,
      unreadable: this.unreadable,
    };
  }

  /** What a container holds; undefined where its members were asked for, and for what is no class of the library. */
  private contents(record: RecordType, address: Address): DtView['contents'] {
    const { depth, blocks, fields, verbose, elements: wanted } = this.options;
    if (blocks || verbose || depth > 0 || fields.length > 0) return undefined;
    const found = libraryContents(this.source, record, address, Math.min(wanted ?? CONTENT_LIMIT, ROW_LIMIT));
    if (!found) return undefined;
    const elements = found.elements.map(({ type, address }, index) => {
      return { index, type, address, value: this.read(type, address) };
    });
    return { elements, more: found.more };
  }

  private top(record: RecordType, address: Address | undefined): DtRow[] {
    const { fields, depth, blocks } = this.options;
    if (fields.length > 0) return this.chosen(record, address, fields);
    return this.rows(record, address, blocks ? BLOCK_DEPTH : depth);
  }

  private rows(record: RecordType, address: Address | undefined, depth: number): DtRow[] {
    const key = address === undefined ? record.name : `${record.name} ${address}`;
    if (this.open.has(key)) return [];
    this.open.add(key);
    const rows: DtRow[] = [];
    for (const member of this.placed(record)) {
      if (!this.spend()) break;
      const row = this.row(member, address, depth);
      if (row) rows.push(...row);
    }
    this.open.delete(key);
    return rows;
  }

  private placed(record: RecordType): PlacedMember[] {
    return placedMembers(record, this.source.complete?.bind(this.source));
  }

  private row(member: PlacedMember, base: Address | undefined, depth: number): DtRow[] | undefined {
    switch (member.kind) {
      case 'field':
        return [this.field(member.name, member.offset, member.type, base, depth)];
      case 'vftable': {
        const pointerSize = member.size === 8 ? 8 : 4;
        const value =
          base === undefined ? undefined : this.vftable(base + BigInt(member.offset), pointerSize);
        return [{ kind: 'vftable', offset: member.offset, pointerSize, slots: member.slots, value }];
      }
      case 'static': {
        const address = this.options.staticAddress?.(`${member.owner.name}::${member.name}`);
        const value = address === undefined ? undefined : this.read(member.type, address);
        return [{ kind: 'static', name: member.name, type: member.type, address, value }];
      }
      case 'method':
        return this.options.verbose
          ? [{ kind: 'method', owner: member.owner, method: member.method }]
          : undefined;
      case 'virtual base':
        return this.virtualBase(member, base, depth);
    }
  }

  private field(name: string, offset: number, type: Type, base: Address | undefined, depth: number): DtField {
    const address = base === undefined ? undefined : base + BigInt(offset);
    const value = address === undefined ? undefined : this.read(type, address);
    const row: DtField = { kind: 'field', name, offset, type, address, value };
    // -a without a number, and no field named: every array
    const all = this.options.elements === Number.POSITIVE_INFINITY && unmodified(type).kind === 'array';
    if (all)
      return {
        ...row,
        ...this.expansion(type, address, value, Math.max(depth, 1), Number.POSITIVE_INFINITY),
      };
    return depth > 0 ? { ...row, ...this.expansion(type, address, value, depth) } : row;
  }

  /** What lies below a row: the rows of its record, the first element's or all elements of its array. */
  private expansion(
    type: Type,
    address: Address | undefined,
    value: Value | undefined,
    depth: number,
    elements?: number,
  ): Pick<DtField, 'rows' | 'elements'> {
    const t = unmodified(type);
    if (t.kind === 'array') {
      if (value?.kind === 'text' && (elements === undefined || elements === Number.POSITIVE_INFINITY))
        return {};
      if (this.options.blocks || elements !== undefined) {
        return { elements: this.elements(t.element, t.count, address, elements ?? t.count, depth - 1) };
      }
      return this.expansion(t.element, address, undefined, depth);
    }
    if (t.kind === 'pointer') {
      if (this.options.blocks) return {};
      const record = recordBehind(this.source, t);
      const at = value?.kind === 'pointer' ? value.address : undefined;
      if (
        !record ||
        record.members.length === 0 ||
        (address !== undefined && (at === undefined || at === 0n))
      )
        return {};
      return { rows: this.rows(record, at, depth - 1) };
    }
    const record = t.kind === 'record' ? recordBehind(this.source, t) : undefined;
    return record && record.members.length > 0 ? { rows: this.rows(record, address, depth - 1) } : {};
  }

  private elements(
    type: Type,
    count: number,
    address: Address | undefined,
    wanted: number,
    depth: number,
  ): DtElement[] {
    const elements: DtElement[] = [];
    const record = unmodified(type).kind === 'record' ? recordBehind(this.source, type) : undefined;
    const size = record?.size ?? type.size;
    for (let index = 0; index < Math.min(count, wanted) && this.spend(); index++) {
      const at = address === undefined ? undefined : address + BigInt(index) * BigInt(size);
      const value = at === undefined ? undefined : this.read(type, at);
      const rows = record && depth >= 0 ? this.rows(record, at, depth) : undefined;
      elements.push({
        index,
        type,
        address: at,
        value,
        rows,
        elements: this.innerElements(type, at, value, depth),
      });
      // an element of no size would be the same one for ever
      if (size === 0) break;
    }
    return elements;
  }

  /** -b: the elements of an array within an array. Text stays text. */
  private innerElements(
    type: Type,
    address: Address | undefined,
    value: Value | undefined,
    depth: number,
  ): DtElement[] | undefined {
    const t = unmodified(type);
    if (!this.options.blocks || t.kind !== 'array' || value?.kind === 'text' || depth < 0) return undefined;
    return this.elements(t.element, t.count, address, t.count, depth - 1);
  }

  /** The fields that the person asked for, with the way to them. */
  private chosen(record: RecordType, base: Address | undefined, specs: readonly FieldSpec[]): DtRow[] {
    const rows: DtRow[] = [];
    for (const member of this.placed(record)) {
      const name = member.kind === 'field' || member.kind === 'static' ? member.name : undefined;
      if (name === undefined) continue;
      const matching = specs.filter((s) => s.steps[0]?.matches(name));
      // `Ldr Ldr.` asks for the same field twice: once, as deep as any of them says
      const spec = matching.reduce<FieldSpec | undefined>(
        (a, b) => (a && reach(a) >= reach(b) ? a : b),
        undefined,
      );
      if (!spec || !this.spend()) continue;
      if (member.kind === 'field') {
        const row = this.chosenField(member, base, spec, 0);
        if (row) rows.push(row);
      } else rows.push(...(this.row(member, base, 0) ?? []));
    }
    return rows;
  }

  private chosenField(
    member: PlacedMember & { kind: 'field' },
    base: Address | undefined,
    spec: FieldSpec,
    step: number,
  ): DtField | undefined {
    const index = spec.steps[step]?.index;
    const place = index === undefined ? member : elementOf(member, index);
    if (!place) return undefined;
    const { depth, blocks } = this.options;
    const row = this.field(member.name, place.offset, place.type, base, 0);
    const next = spec.steps[step + 1];
    if (next) return this.through(row, spec, step + 1);
    const levels = Math.max(spec.depth, depth);
    if (spec.elements !== undefined || blocks) {
      const isArray = unmodified(place.type).kind === 'array';
      if (isArray)
        return { ...row, ...this.expansion(row.type, row.address, row.value, levels + 1, spec.elements) };
    }
    if (levels === 0) return row;
    return { ...row, through: spec.depth > 0, ...this.expansion(row.type, row.address, row.value, levels) };
  }

  /** A field on the way to a deeper one; undefined where nothing below it matches. */
  private through(row: DtField, spec: FieldSpec, step: number): DtField | undefined {
    const record = recordBehind(this.source, row.type);
    if (!record) return undefined;
    const at = row.value?.kind === 'pointer' ? row.value.address : row.address;
    const rows: DtRow[] = [];
    for (const member of this.placed(record)) {
      if (member.kind !== 'field' || !spec.steps[step]?.matches(member.name) || !this.spend()) continue;
      const inner = this.chosenField(member, at, spec, step);
      if (inner) rows.push(inner);
    }
    return rows.length > 0 ? { ...row, through: true, rows } : undefined;
  }

  private virtualBase(
    member: PlacedMember & { kind: 'virtual base' },
    base: Address | undefined,
    depth: number,
  ): DtRow[] {
    const { record, pointerOffset, tableIndex } = member;
    const offset = base === undefined ? undefined : this.virtualOffset(base, pointerOffset, tableIndex);
    if (base === undefined || offset === undefined)
      return [{ kind: 'field', name: record.name, type: record }];
    // the base's rows with the offsets they have in this object
    return this.rows(record, base + BigInt(offset), depth).map((row) =>
      'offset' in row && row.offset !== undefined ? { ...row, offset: row.offset + offset } : row,
    );
  }

  /** Reads the vbtable: its entries count from the place of the vbtable pointer. */
  private virtualOffset(base: Address, pointerOffset: number, tableIndex: number): number | undefined {
    try {
      const table = readPointer(this.source.memory, base + BigInt(pointerOffset), this.source.pointerSize);
      return pointerOffset + readStruct(this.source.memory, table + BigInt(tableIndex * 4), 4).i32(0);
    } catch (e) {
      if (e instanceof MemoryUnreadable) return undefined;
      throw e;
    }
  }

  private vftable(address: Address, size: 4 | 8): Value {
    const none: Type = { kind: 'basic', name: '', cName: '', encoding: 'void', size: 0 };
    return this.read({ kind: 'pointer', mode: 'pointer', size, target: none }, address);
  }

  private read(type: Type, address: Address): Value {
    const value = readValue(this.source, seenAsText(type, this.options.typeOptions ?? 0), address);
    if (value.kind === 'missing') this.unreadable = value.address;
    return value;
  }

  private spend(): boolean {
    if (this.left <= 0) this.cut = true;
    return this.left-- > 0;
  }
}

function reach(spec: FieldSpec): number {
  return spec.steps.length + spec.depth + (spec.elements === undefined ? 0 : 1);
}

/** An element of an array field, where there is one of this index. */
function elementOf(
  member: PlacedMember & { kind: 'field' },
  index: number,
): { readonly offset: number; readonly type: Type } | undefined {
  const t = unmodified(member.type);
  if (t.kind !== 'array' || index >= t.count) return undefined;
  return { offset: member.offset + index * t.element.size, type: t.element };
}

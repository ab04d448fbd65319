/**
 * Makes types of type records. Layouts: cvinfo.h of microsoft-pdb. A type is made once and kept for a while; what it refers to is
 * made when asked for.
 */
import type { BasicType, EnumType, Member, PointerType, Type } from '../../types/index.ts';
import { basicType, NO_TYPE } from './basicTypes.ts';
import { fieldList, introducesVirtual, type RawMember } from './fieldList.ts';
import {
  LazyArray,
  LazyBitField,
  LazyEnum,
  LazyModifier,
  LazyPointer,
  LazyProcedure,
  LazyRecord,
} from './lazyTypes.ts';
import type { LeafCursor } from './leafCursor.ts';
import { LF } from './leafKind.ts';
import { orAbsent } from './orAbsent.ts';
import type { TypeNames } from './typeNames.ts';
import type { TypeStream } from './typeStream.ts';
import { isUdt, readUdt, type UdtRecord } from './udtRecord.ts';

/** Sizes are followed through modifiers, arrays and typedefs this far; compilers nest a handful. */
const SIZE_DEPTH = 64;
/** Overloads repeat method lists; no class has so many members, a hostile one might claim more. */
const MAX_MEMBERS = 200_000;

const CONVENTIONS: ReadonlyMap<number, string> = new Map([
  [0x00, '__cdecl'],
  [0x01, '__cdecl'],
  [0x02, '__pascal'],
  [0x03, '__pascal'],
  [0x04, '__fastcall'],
  [0x05, '__fastcall'],
  [0x07, '__stdcall'],
  [0x08, '__stdcall'],
  [0x09, '__syscall'],
  [0x0b, '__thiscall'],
  [0x16, '__clrcall'],
  [0x18, '__vectorcall'],
]);

const POINTER_MODES: readonly (PointerType['mode'] | undefined)[] = [
  'pointer',
  'lvalue reference',
  'data member',
  'member function',
  'rvalue reference',
];

/** Types kept, and as many again of those before them. */
const KEPT = 20_000;

export class TypeRecords {
  /** the types asked for last, and those before them: of a list of all functions each has a type of its own */
  private made = new Map<number, Type>();
  private before = new Map<number, Type>();

  constructor(
    private readonly types: TypeStream,
    private readonly names: TypeNames,
    private readonly pointerSize: 4 | 8,
  ) {}

  /** The type of a number; what is missing or cannot be read is `NO_TYPE`. */
  readonly at = (index: number): Type => {
    let type = this.kept(index);
    if (!type) {
      const own = this.types.has(index);
      type = (own ? orAbsent(() => this.make(index, 0)) : basicType(index, this.pointerSize)) ?? NO_TYPE;
      // numbers that are neither a record nor a basic type are as many as a hostile file likes
      if (own || type !== NO_TYPE) this.keep(index, type);
    }
    return type;
  };

  private kept(index: number): Type | undefined {
    return this.made.get(index) ?? this.before.get(index);
  }

  private keep(index: number, type: Type): void {
    if (this.made.size >= KEPT) {
      this.before = this.made;
      this.made = new Map();
    }
    this.made.set(index, type);
  }

  private make(index: number, depth: number): Type | undefined {
    const c = this.types.record(index);
    if (!c) return undefined;
    const leaf = c.u16();
    if (isUdt(leaf)) {
      c.at = 0;
      const udt = readUdt(c);
      return udt && this.udt(index, udt);
    }
    switch (leaf) {
      case LF.MODIFIER: {
        const base = c.u32();
        const bits = c.u16();
        return new LazyModifier(this.at, base, this.sizeOf(base), {
          const: (bits & 1) !== 0,
          volatile: (bits & 2) !== 0,
          unaligned: (bits & 4) !== 0,
        });
      }
      case LF.MODIFIER_EX: {
        const base = c.u32();
        const modifiers = Array.from({ length: c.u16() }, () => c.u16());
        return new LazyModifier(this.at, base, this.sizeOf(base), {
          const: modifiers.includes(1),
          volatile: modifiers.includes(2),
          unaligned: modifiers.includes(3),
        });
      }
      case LF.POINTER:
        return this.pointer(c);
      case LF.ARRAY:
      case LF.ARRAY_ST:
      case LF.STRIDED_ARRAY: {
        const element = c.u32();
        c.skip(4); // type of the index
        if (leaf === LF.STRIDED_ARRAY) c.skip(4);
        return this.array(element, c.size());
      }
      case LF.VECTOR: {
        const element = c.u32();
        c.skip(4); // how many
        return this.array(element, c.size());
      }
      case LF.BITFIELD: {
        const base = c.u32();
        const length = c.u8();
        return new LazyBitField(this.at, base, this.sizeOf(base), c.u8(), length);
      }
      case LF.PROCEDURE: {
        const returns = c.u32();
        const convention = CONVENTIONS.get(c.u8());
        c.skip(3); // attributes, how many parameters
        const list = c.u32();
        return new LazyProcedure(this.at, returns, () => this.argumentList(list), convention, undefined);
      }
      case LF.MFUNCTION: {
        const returns = c.u32();
        const owner = c.u32();
        c.skip(4); // type of `this`
        const convention = CONVENTIONS.get(c.u8());
        c.skip(3);
        const list = c.u32();
        return new LazyProcedure(this.at, returns, () => this.argumentList(list), convention, owner);
      }
      case LF.ALIAS:
      case LF.ALIAS_ST: {
        const target = c.u32();
        if (!this.types.has(target)) return this.at(target);
        return depth < SIZE_DEPTH ? this.make(target, depth + 1) : undefined;
      }
      default:
        return undefined;
    }
  }

  private udt(index: number, udt: UdtRecord): Type {
    if (udt.forward) {
      const definition = this.names.resolve(index, udt);
      if (definition !== undefined && definition !== index) return this.at(definition);
    }
    if (udt.tag === 'enum') {
      const underlying = basicType(udt.underlying, this.pointerSize);
      const basic: BasicType = underlying?.kind === 'basic' ? underlying : NO_TYPE;
      return new LazyEnum(udt.name, basic, udt.forward, () => this.enumerators(udt.fields));
    }
    const size = udt.forward ? 0 : udt.size;
    return new LazyRecord(udt.tag, udt.name, size, udt.forward, () =>
      udt.forward ? [] : this.members(udt.fields),
    );
  }

  private pointer(c: LeafCursor): Type {
    const target = c.u32();
    const bits = c.u32();
    const mode = POINTER_MODES[(bits >> 5) & 7] ?? 'pointer';
    const ofMember = mode === 'data member' || mode === 'member function';
    const size = (bits >> 13) & 0x3f || pointerBytes(bits & 0x1f) || this.pointerSize;
    return new LazyPointer(this.at, mode, size, target, ofMember && c.left >= 4 ? c.u32() : undefined, {
      volatile: (bits & 0x200) !== 0,
      const: (bits & 0x400) !== 0,
    });
  }

  private array(element: number, size: number): Type {
    const each = this.sizeOf(element);
    return new LazyArray(this.at, element, size, each > 0 ? Math.floor(size / each) : 0);
  }

  private argumentList(index: number): readonly number[] {
    return (
      orAbsent(() => {
        const c = this.types.record(index);
        if (c?.u16() !== LF.ARGLIST) return [];
        return Array.from({ length: Math.min(c.u32(), c.left >> 2) }, () => c.u32());
      }) ?? []
    );
  }

  /** Size in bytes of a type that another one's size depends on, without making it. */
  private sizeOf(index: number): number {
    let at = index;
    for (let depth = 0; depth < SIZE_DEPTH; depth++) {
      if (!this.types.has(at)) return basicType(at, this.pointerSize)?.size ?? 0;
      const known = this.kept(at);
      if (known) return known.size;
      const next = orAbsent(() => this.sizeStep(at));
      if (next === undefined) return 0;
      if ('size' in next) return next.size;
      at = next.same;
    }
    return 0;
  }

  /** The size of a type, or another type of the same size. */
  private sizeStep(index: number): { readonly size: number } | { readonly same: number } {
    const c = this.types.record(index);
    const leaf = c?.u16();
    if (!c || leaf === undefined) return { size: 0 };
    if (isUdt(leaf)) {
      c.at = 0;
      const udt = readUdt(c);
      if (!udt) return { size: 0 };
      if (udt.forward) {
        const definition = this.names.resolve(index, udt);
        return definition === undefined ? { size: 0 } : { same: definition };
      }
      return udt.tag === 'enum' ? { same: udt.underlying } : { size: udt.size };
    }
    switch (leaf) {
      case LF.MODIFIER:
      case LF.MODIFIER_EX:
      case LF.BITFIELD:
      case LF.ALIAS:
      case LF.ALIAS_ST:
        return { same: c.u32() };
      case LF.ARRAY:
      case LF.ARRAY_ST:
      case LF.VECTOR:
        c.skip(8);
        return { size: c.size() };
      case LF.STRIDED_ARRAY:
        c.skip(12);
        return { size: c.size() };
      case LF.POINTER:
        return { size: this.pointer(c).size };
      default:
        return { size: 0 };
    }
  }

  private enumerators(fields: number): EnumType['enumerators'] {
    const found: { name: string; value: bigint }[] = [];
    for (const member of this.rawMembers(fields)) {
      if (member.is === 'enumerator') found.push({ name: member.name, value: member.value });
    }
    return found;
  }

  private members(fields: number): readonly Member[] {
    const found: Member[] = [];
    for (const member of this.rawMembers(fields)) {
      if (found.length >= MAX_MEMBERS) break;
      if (member.is === 'overloads') found.push(...this.overloads(member.list, member.name));
      else if (member.is !== 'enumerator') found.push(this.member(member));
    }
    return found;
  }

  private rawMembers(fields: number): Iterable<RawMember> {
    return fieldList(fields, (type) => this.types.record(type));
  }

  private member(raw: Exclude<RawMember, { is: 'overloads' | 'enumerator' }>): Member {
    const { at } = this;
    switch (raw.is) {
      case 'field':
        return {
          kind: 'field',
          name: raw.name,
          offset: raw.offset,
          get type() {
            return at(raw.type);
          },
        };
      case 'base':
        return {
          kind: 'base',
          offset: raw.offset,
          get type() {
            return at(raw.type);
          },
        };
      case 'virtual base': {
        const { pointerOffset, tableIndex, indirect } = raw;
        const virtual = { pointerOffset, tableIndex, indirect };
        return {
          kind: 'base',
          offset: 0,
          virtual,
          get type() {
            return at(raw.type);
          },
        };
      }
      case 'static':
        return {
          kind: 'static',
          name: raw.name,
          get type() {
            return at(raw.type);
          },
        };
      case 'nested':
        return {
          kind: 'nested',
          name: raw.name,
          get type() {
            return at(raw.type);
          },
        };
      case 'method':
        return this.method(raw.name, raw.type, raw.attributes, raw.vftableOffset);
      case 'vftable pointer': {
        const { size, slots } = this.shape(raw.type);
        return {
          kind: 'vftable pointer',
          offset: raw.offset,
          size,
          ...(slots === undefined ? {} : { slots }),
        };
      }
    }
  }

  private method(name: string, type: number, attributes: number, slot: number | undefined): Member {
    const { at } = this;
    const property = (attributes >> 2) & 7;
    return {
      kind: 'method',
      name,
      static: property === 2,
      virtual: property === 1 || property >= 4,
      ...(slot === undefined ? {} : { vftableOffset: slot }),
      get type() {
        return at(type);
      },
    };
  }

  private overloads(list: number, name: string): Member[] {
    const found: Member[] = [];
    const c = this.types.record(list);
    orAbsent(() => {
      if (c?.u16() !== LF.METHODLIST) return;
      while (c.left >= 8) {
        const attributes = c.u16();
        c.skip(2);
        const type = c.u32();
        found.push(this.method(name, type, attributes, introducesVirtual(attributes) ? c.u32() : undefined));
      }
    });
    return found;
  }

  /** Size of a vftable pointer, and how many slots the table has. */
  private shape(pointer: number): { size: number; slots: number | undefined } {
    return (
      orAbsent(() => {
        const type = this.at(pointer);
        const c = this.types.record(pointer);
        const shape = c?.u16() === LF.POINTER ? this.types.record(c.u32()) : undefined;
        return {
          size: type.kind === 'pointer' ? type.size : this.pointerSize,
          slots: shape?.u16() === LF.VTSHAPE ? shape.u16() : undefined,
        };
      }) ?? { size: this.pointerSize, slots: undefined }
    );
  }
}

/** Bytes of a pointer by its type (CV_ptrtype_e), for records of old compilers that do not state its size. */
function pointerBytes(type: number): number {
  if (type === 0x0a) return 4;
  if (type === 0x0b) return 6;
  return type === 0x0c ? 8 : 0;
}

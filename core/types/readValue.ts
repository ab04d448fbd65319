import { ByteReader, decodeLatin1z, decodeUtf16z, decodeUtf8z } from '../bytes/index.ts';
import { MemoryUnreadable } from '../errors/index.ts';
import { type Address, readUpTo } from '../target/index.ts';
import { recordOf } from './fieldPath.ts';
import { type ArrayType, type BasicType, type EnumType, type Type, unmodified } from './model.ts';
import { readScalar, scalarForm } from './readScalar.ts';
import { summarizeRecord } from './summaries.ts';
import type { EnumValue, Value, ValueSource } from './value.ts';
import { visibleText } from './visibleText.ts';

/** Characters of a text behind a pointer that are shown: enough for a path, little for a pointer gone astray. */
const TEXT_LIMIT = 1024;
/** Pointers followed from one value: to what it points to, and once more where that is a pointer (`-> 0x… Void`). */
const POINTER_STEPS = 1;
/** Dimensions of an array whose first element is shown. */
const DIMENSIONS = 4;

/** What memory holds at `address` for a type; what is not in the dump comes back as `missing`. */
export function readValue(source: ValueSource, type: Type, address: Address): Value {
  return read(source, type, address, POINTER_STEPS, DIMENSIONS);
}

function read(source: ValueSource, type: Type, address: Address, steps: number, dimensions: number): Value {
  const t = unmodified(type);
  try {
    switch (t.kind) {
      case 'basic':
        return readBasic(source, t, address);
      case 'enum':
        return enumValue(t, scalar(source, t, address));
      case 'bit field':
        return readBits(source, t, address);
      case 'pointer':
        return readPointerValue(source, t, address, steps);
      case 'array':
        return readArray(source, t, address, dimensions);
      case 'record': {
        const record = source.complete?.(t) ?? t;
        return { kind: 'record', record, address, summary: summarizeRecord(source, record, address) };
      }
      default:
        return { kind: 'none' };
    }
  } catch (e) {
    if (!(e instanceof MemoryUnreadable)) throw e;
    return { kind: 'missing', address, pointer: t.kind === 'pointer' };
  }
}

function scalar(source: ValueSource, type: Type, address: Address): bigint {
  const form = scalarForm(type);
  if (!form) throw new MemoryUnreadable(address);
  return readScalar(new ByteReader(source.memory.read(address, form.size)), 0, form);
}

function readBasic(source: ValueSource, type: BasicType, address: Address): Value {
  if (type.size === 0 || type.encoding === 'void' || type.encoding === 'none') return { kind: 'none' };
  if (type.encoding === 'float') return readFloat(source, type.size, address);
  const value = scalar(source, type, address);
  if (type.encoding === 'bool') return { kind: 'bool', value: value !== 0n, raw: Number(value) };
  const signed = scalarForm(type)?.signed ?? false;
  const width = characterWidth(type);
  if (width === 0) return { kind: 'integer', value, size: type.size, signed };
  return { kind: 'integer', value, size: type.size, signed, character: shownCharacter(value, width > 1) };
}

function readFloat(source: ValueSource, size: number, address: Address): Value {
  const r = new ByteReader(source.memory.read(address, size));
  if (size === 4) return { kind: 'float', value: r.f32(0), size };
  if (size === 8) return { kind: 'float', value: r.f64(0), size };
  return { kind: 'none' };
}

/** An enum's names with their values as the enum's integer type has them: compilers write -7 as 0xfffffff9, too. */
export function enumeratorsOf(type: EnumType): { readonly name: string; readonly value: bigint }[] {
  const width = type.size * 8;
  const as = type.underlying.encoding === 'signed' ? BigInt.asIntN : BigInt.asUintN;
  return type.enumerators.map(({ name, value }) => ({ name, value: as(width, value) }));
}

function enumValue(type: EnumType, value: bigint): EnumValue {
  const width = type.size * 8;
  const name = type.enumerators.find(
    (e) => BigInt.asUintN(width, e.value) === BigInt.asUintN(width, value),
  )?.name;
  return { kind: 'enum', value, size: type.size, name };
}

function readBits(source: ValueSource, type: Type & { kind: 'bit field' }, address: Address): Value {
  const value = scalar(source, type, address);
  const base = unmodified(type.base);
  const name = base.kind === 'enum' ? enumValue(base, value).name : undefined;
  return { kind: 'bits', value: BigInt.asUintN(type.length, value), length: type.length, name };
}

function readPointerValue(
  source: ValueSource,
  type: Type & { kind: 'pointer' },
  address: Address,
  steps: number,
): Value {
  // pointers to members are offsets or more; the first word is shown
  const size = type.size === 4 || type.size === 8 ? type.size : source.pointerSize;
  const to = scalar(source, { ...type, size }, address);
  // a pointer to a data member is an offset within its class, -1 where null
  if (type.mode === 'data member') {
    return { kind: 'integer', value: BigInt.asIntN(size * 8, to), size, signed: true };
  }
  const value = { kind: 'pointer', address: to, size, target: type.target } as const;
  const target = unmodified(type.target);
  const nothing = target.kind === 'procedure' || (target.kind === 'basic' && target.encoding === 'void');
  if (to === 0n || steps === 0 || nothing || type.mode === 'member function') return value;
  if (characterWidth(target) > 0) return { ...value, pointee: textAt(source, target, to, TEXT_LIMIT) };
  return { ...value, pointee: read(source, target, to, steps - 1, DIMENSIONS) };
}

function readArray(source: ValueSource, type: ArrayType, address: Address, dimensions: number): Value {
  const { element, count } = type;
  if (count > 0 && characterWidth(element) > 0) {
    const text = textAt(source, element, address, count);
    return text.unreadable === undefined ? { ...text, count } : { kind: 'missing', address, pointer: false };
  }
  const first =
    count > 0 && dimensions > 0 ? read(source, element, address, POINTER_STEPS, dimensions - 1) : undefined;
  return { kind: 'array', count, element, address, first };
}

/** Bytes a character of this type has; 0 for what is no character. */
export function characterWidth(type: Type): number {
  const t = unmodified(type);
  if (t.kind !== 'basic') return 0;
  const { encoding, size } = t;
  const character = ['char', 'wchar', 'char8', 'char16', 'char32'].includes(encoding);
  return character && (size === 1 || size === 2 || size === 4) ? size : 0;
}

function textAt(source: ValueSource, type: Type, address: Address, limit: number): Value & { kind: 'text' } {
  const width = characterWidth(type);
  const bytes = readUpTo(source.memory, address, Math.min(limit, TEXT_LIMIT) * width);
  if (bytes.length < width) return { kind: 'text', text: '', unreadable: address };
  if (width === 2) return { kind: 'text', text: visibleText(decodeUtf16z(bytes), true) };
  if (width === 4) return { kind: 'text', text: visibleText(decodeUtf32z(bytes), true) };
  const t = unmodified(type);
  const utf8 = t.kind === 'basic' && t.encoding === 'char8';
  return { kind: 'text', text: visibleText(utf8 ? decodeUtf8z(bytes) : decodeLatin1z(bytes), utf8) };
}

function decodeUtf32z(bytes: Uint8Array): string {
  const r = new ByteReader(bytes);
  let text = '';
  for (let at = 0; r.has(at, 4); at += 4) {
    const code = r.u32(at);
    if (code === 0) break;
    text += code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : '\ufffd';
  }
  return text;
}

function shownCharacter(value: bigint, wide: boolean): string {
  const code = Number(BigInt.asUintN(32, value));
  if (!wide) return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '';
  const shown =
    code >= 0x20 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) && !(code >= 0x7f && code < 0xa0);
  return shown ? String.fromCodePoint(code) : '';
}

/** The record that a value leads to: itself, or what a pointer points to; for -r and sub-fields. */
export function recordBehind(source: ValueSource, type: Type): ReturnType<typeof recordOf> {
  const t = unmodified(type);
  const record = recordOf(t.kind === 'pointer' ? t.target : t);
  return record && (source.complete?.(record) ?? record);
}

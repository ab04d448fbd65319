import { ByteReader, decodeLatin1z, decodeUtf16 } from '../../bytes/index.ts';
import { type Address, readUpTo } from '../../target/index.ts';
import { findField, recordOf } from '../fieldPath.ts';
import { type RecordType, type Type, unmodified } from '../model.ts';
import { characterWidth, readValue } from '../readValue.ts';
import type { Summary, ValueSource } from '../value.ts';
import { visibleText } from '../visibleText.ts';
import { vectorRange } from './elements.ts';
import { ObjectReader } from './objectReader.ts';
import { libraryClass } from './templates.ts';

/** optional<optional<…>> shown by content; a malformed type may hold itself. */
const NESTING = 4;
/** Bytes of a string that are read. */
const TEXT_BYTES = 8192;
/** A string keeps this many bytes in the object itself, in every version since 2005. */
const SMALL_BUFFER = 16;

/** A source whose values show the C++ library's objects by content. */
export function withLibrary(source: ValueSource, nesting = 0): ValueSource {
  return {
    ...source,
    summarize: (record, address) =>
      nesting < NESTING ? librarySummary(withLibrary(source, nesting + 1), record, address) : undefined,
  };
}

function librarySummary(source: ValueSource, record: RecordType, address: Address): Summary | undefined {
  const kind = libraryClass(record);
  if (!kind) return undefined;
  const object = new ObjectReader(source, source.complete?.(record) ?? record, address);
  switch (kind) {
    case 'string':
      return stringSummary(object);
    case 'string view':
      return viewSummary(object);
    case 'vector':
      return sized(vectorRange(object)?.count);
    case 'forward list':
      return undefined;
    case 'list':
    case 'tree':
    case 'deque':
    case 'bool vector':
      return sized(object.size('_Mysize'));
    case 'hash':
      return inner(object, '_List');
    case 'adaptor':
      return inner(object, 'c');
    case 'array': {
      const type = object.place('_Elems')?.type;
      const elements = type && unmodified(type);
      return elements?.kind === 'array' ? sized(elements.count) : undefined;
    }
    case 'shared pointer':
      return sharedPointer(object);
    case 'unique pointer': {
      const value = field(object, '_Mypair._Myval2') ?? field(object, '_Myptr');
      return value?.kind === 'pointer' ? { kind: 'smart pointer', pointer: value } : undefined;
    }
    case 'optional': {
      const has = object.integer('_Has_value');
      return has === undefined
        ? undefined
        : { kind: 'optional', value: has === 0n ? undefined : field(object, '_Value') };
    }
    case 'variant':
      return variantSummary(object);
    case 'pair': {
      const first = field(object, 'first');
      const second = field(object, 'second');
      return first && second ? { kind: 'pair', first, second } : undefined;
    }
  }
}

function sized(size: number | undefined): Summary | undefined {
  return size === undefined ? undefined : { kind: 'container', size };
}

function field(object: ObjectReader, path: string) {
  const place = findField(object.record, path);
  return place && readValue(object.source, place.type, object.at(place));
}

function inner(object: ObjectReader, name: string): Summary | undefined {
  const place = findField(object.record, name);
  const record = place && recordOf(place.type);
  return record && object.source.summarize?.(record, object.at(place));
}

function stringSummary(object: ObjectReader): Summary | undefined {
  const buffer = object.place('_Bx');
  const size = object.size('_Mysize');
  const capacity = object.size('_Myres');
  const element = object.targetType('_Bx._Ptr');
  if (!buffer || !element || size === undefined || capacity === undefined || size > capacity)
    return undefined;
  const width = characterWidth(element);
  if (width === 0) return undefined;
  // short strings lie in the object; the capacity that it reports says which this is
  const small = capacity < Math.max(1, SMALL_BUFFER / width);
  const at = small ? object.at(buffer) : object.pointer('_Bx._Ptr');
  return at === undefined ? undefined : text(object.source, element, at, size);
}

function viewSummary(object: ObjectReader): Summary | undefined {
  const element = object.targetType('_Mydata');
  const data = object.pointer('_Mydata');
  const size = object.size('_Mysize');
  if (!element || data === undefined || size === undefined || characterWidth(element) === 0) return undefined;
  return text(object.source, element, data, size);
}

function text(source: ValueSource, element: Type, address: Address, size: number): Summary {
  const width = characterWidth(element);
  if (size === 0) return { kind: 'string', text: '' };
  const bytes = readUpTo(source.memory, address, Math.min(size * width, TEXT_BYTES));
  if (bytes.length < width) return { kind: 'unreadable string', address };
  return { kind: 'string', text: visibleText(decode(bytes, width), width > 1) };
}

function decode(bytes: Uint8Array, width: number): string {
  if (width === 2) return decodeUtf16(bytes);
  if (width === 1) return decodeLatin1z(bytes);
  const r = new ByteReader(bytes);
  let text = '';
  for (let at = 0; r.has(at, 4); at += 4) {
    const code = r.u32(at);
    text += code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  }
  return text;
}

/** shared_ptr and weak_ptr: the pointer, and how many of each kind there are. */
function sharedPointer(object: ObjectReader): Summary | undefined {
  const pointer = field(object, '_Ptr');
  if (pointer?.kind !== 'pointer') return undefined;
  const counts = object.pointer('_Rep');
  const record = object.targetRecord('_Rep');
  if (counts === undefined || counts === 0n || !record) return { kind: 'smart pointer', pointer };
  const block = new ObjectReader(object.source, record, counts);
  const uses = block.size('_Uses');
  const weaks = block.size('_Weaks');
  // all owners together count as one weak reference
  return {
    kind: 'smart pointer',
    pointer,
    uses,
    weaks: weaks === undefined || weaks === 0 ? weaks : weaks - (uses ? 1 : 0),
  };
}

/** Alternatives of a variant that are looked into: each lies in the tail of the one before. */
const ALTERNATIVES = 256;

function variantSummary(object: ObjectReader): Summary | undefined {
  const which = object.integer('_Which');
  if (which === undefined) return undefined;
  const index = Number(which);
  if (index < 0 || index >= ALTERNATIVES) return { kind: 'variant', index };
  const value = field(object, `${'_Tail.'.repeat(index)}_Head`);
  return { kind: 'variant', index, value };
}

import type { CppValue } from '../../eval/index.ts';
import {
  unreadableText,
  valueText,
  type Format,
  type NativeViews,
  type Visualization,
} from '../../model/index.ts';
import {
  BASIC,
  characterWidth,
  type LibraryElement,
  libraryElements,
  pointerTo,
  readValue,
  recordOf,
  type Type,
  unmodified,
  type ValueSource,
} from '../../types/index.ts';
import { visualSource } from '../dt/index.ts';
import { objectOf, type CppObject } from '../numbers/index.ts';
import type { Session } from '../session.ts';
import { visualizersOf } from '../visualizers.ts';
import { DerivedObjects } from './derivedObjects.ts';

/** Elements of a container that one query may see: what is damaged may have many more. */
const MAX_ELEMENTS = 1_000_000;
/** Children that are looked at for one of a name: files name properties before elements. */
const MAX_PROPERTIES = 256;
const UTF32: Type = { kind: 'basic', name: 'Char32', cName: 'char32_t', encoding: 'char32', size: 4 };

/** What dx shows of a value of the process in one line. */
export interface ShownValue {
  readonly text?: string;
  /** the text says why there is no value */
  readonly missing: boolean;
}

/** Values of the process as dx sees them: the C++ library's classes by content, others as C++ has them. */
export class SessionNatives implements NativeViews {
  private readonly objects: DerivedObjects;

  constructor(private readonly session: Session) {
    this.objects = new DerivedObjects(session);
  }

  derived(value: CppValue): CppValue {
    return this.objects.of(value);
  }

  pointer(value: CppValue): CppValue | undefined {
    return unmodified(value.type).kind === 'record' ? this.visualized(value)?.pointer() : undefined;
  }

  /** What a format shows of a value: an object by its own class, unless it says otherwise. */
  seenAs(value: CppValue, format: Format): CppValue {
    return format.noDerived || format.text ? value : this.derived(value);
  }

  /** An object of a value, and what reads it. */
  opened(value: CppValue): { readonly object: CppObject; readonly source: ValueSource } {
    const object = objectOf(this.session, value);
    return { object, source: visualSource(this.session, object.module, object.memory) };
  }

  /** How a NatVis file shows an object, or what a pointer points to; undefined for types that no file knows. */
  visualized(value: CppValue, view?: string): Visualization | undefined {
    return visualizersOf(this.session)?.of(value, view);
  }

  text(value: CppValue): string | undefined {
    const isRecord = unmodified(value.type).kind === 'record';
    const seen = isRecord ? this.visualized(this.derived(value)) : undefined;
    if (seen) return seen.text();
    if (!mayBeText(value.type)) return undefined;
    const { object, source } = this.opened(value);
    const read = readValue(source, object.type, object.address);
    if (read.kind === 'record') return read.summary?.kind === 'string' ? read.summary.text : undefined;
    const text = read.kind === 'pointer' ? read.pointee : read;
    return text?.kind === 'text' && text.unreadable === undefined ? text.text : undefined;
  }

  elements(declared: CppValue): Iterable<CppValue> | undefined {
    const value = this.derived(declared);
    const t = unmodified(value.type);
    const { place, module } = value;
    if (!place) return undefined;
    if (t.kind === 'array') {
      const { element, count } = t;
      if (isCharacter(element)) return undefined;
      const size = this.session.evaluator.cpp('').operations.bytesOf(element, module) || 1;
      return elementsAt(value, element, size, Math.min(count, MAX_ELEMENTS));
    }
    if (t.kind !== 'record') return undefined;
    const seen = this.visualized(value);
    if (seen?.expands) return this.visualElements(seen);
    const { object, source } = this.opened(value);
    const elements = libraryElements(source, source.complete?.(t) ?? t, object.address);
    return elements && placedElements(value, elements);
  }

  /** A child that a visualizer names so, with or without its brackets. */
  member(value: CppValue, name: string): CppValue | undefined {
    if (unmodified(value.type).kind !== 'record') return undefined;
    let left = MAX_PROPERTIES;
    for (const child of this.visualized(this.derived(value))?.children() ?? []) {
      if (left-- <= 0) break;
      const isProperty = child.kind === 'value' && !child.element;
      if (isProperty && (child.name === name || child.name === `[${name}]`)) return child.value;
    }
    return undefined;
  }

  /** The elements among the children of a visualized object, its own or those of the object that it is made of. */
  private visualElements(seen: Visualization): Iterable<CppValue> | undefined {
    for (const child of seen.children()) {
      if (child.kind === 'value' && child.element) return elementsOf(seen);
      const inner = child.kind === 'expanded' ? this.elements(this.pointed(child.value)) : undefined;
      if (inner) return inner;
    }
    return undefined;
  }

  /** Where a static member lies: `Class::name`. */
  staticAddress(name: string, module: string | undefined): bigint | undefined {
    const full = module === undefined ? name : `${module}!${name}`;
    return this.session.symbols.resolve(full)[0]?.address;
  }

  /** What a pointer points to; other values as they are. */
  pointed(value: CppValue): CppValue {
    const t = unmodified(value.type);
    if (t.kind !== 'pointer') return value;
    const { object, source } = this.opened(value);
    const read = readValue(source, t, object.address);
    if (read.kind !== 'pointer' || read.address === 0n) return value;
    const { module } = value;
    return { type: t.target, place: { address: read.address, memory: source.memory }, module };
  }

  display(value: CppValue, format: Format): string | undefined {
    return this.shown(value, format).text;
  }

  shown(declared: CppValue, format: Format): ShownValue {
    const value = this.seenAs(declared, format);
    const { object, source } = this.opened(value);
    const type = format.text ? asText(object.type, format.text.width) : object.type;
    const t = unmodified(type);
    // bytes are numbers to dx
    if (t.kind === 'array' && characterWidth(t.element) > 0 && !isCharacter(t.element))
      return { missing: false };
    const { address } = object;
    const seen = format.view === undefined || format.raw ? undefined : this.visualized(value, format.view);
    if (seen) return { text: seen.display(), missing: false };
    const read = readValue(format.raw ? { ...source, summarize: undefined } : source, type, address);
    const missing = read.kind === 'missing' || (read.kind === 'text' && read.unreadable !== undefined);
    if (read.kind === 'missing' && !object.inMemory) return { text: unreadableText(address), missing };
    return { text: valueText(read, format), missing };
  }
}

function* elementsOf(seen: Visualization): Iterable<CppValue> {
  for (const child of seen.children()) if (child.kind === 'value' && child.element) yield child.value;
}

function* elementsAt(array: CppValue, type: Type, size: number, count: number): Iterable<CppValue> {
  const { place, module } = array;
  for (let i = 0; place && i < count; i++) {
    yield { type, module, place: { ...place, address: place.address + BigInt(i) * BigInt(size) } };
  }
}

function* placedElements(
  { place, module }: CppValue,
  elements: Iterable<LibraryElement>,
): Iterable<CppValue> {
  for (const { type, address } of elements) if (place) yield { type, module, place: { ...place, address } };
}

/** Whether values of a type can be texts: bytes are numbers to dx. */
function mayBeText(type: Type): boolean {
  const t = unmodified(type);
  if (t.kind === 'record') return recordOf(t)?.name.startsWith('std::basic_string') ?? false;
  const of = t.kind === 'pointer' ? t.target : t.kind === 'array' ? t.element : undefined;
  return of !== undefined && isCharacter(of);
}

/** Whether a type is one of characters; `unsigned char` is a byte. */
function isCharacter(type: Type): boolean {
  const t = unmodified(type);
  return t.kind === 'basic' && characterWidth(t) > 0 && t.name !== BASIC.uchar.name;
}

/** `,s` and its kin: a pointer, an address or an array seen as characters. */
function asText(type: Type, width: 1 | 2 | 4): Type {
  const t = unmodified(type);
  const character = width === 1 ? BASIC.char : width === 2 ? BASIC.wchar : UTF32;
  if (t.kind === 'array') {
    return { kind: 'array', element: character, count: Math.floor(t.size / width), size: t.size };
  }
  const isAddress = t.kind === 'pointer' || (t.kind === 'basic' && (t.size === 4 || t.size === 8));
  return isAddress ? pointerTo(character, t.size === 4 ? 4 : 8) : type;
}

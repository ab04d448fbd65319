import { MemoryUnreadable } from '../../errors/index.ts';
import type { Address } from '../../target/index.ts';
import { findField, recordOf } from '../fieldPath.ts';
import { type RecordType, unmodified } from '../model.ts';
import type { ValueSource } from '../value.ts';
import {
  contiguous,
  dequeElements,
  type LibraryElement,
  listElements,
  treeElements,
  vectorRange,
} from './elements.ts';
import { ObjectReader } from './objectReader.ts';
import { libraryClass, type LibraryClass } from './templates.ts';

/** What is in an object of the C++ library. */
export interface LibraryContents {
  /** as many as were asked for and could be reached */
  readonly elements: readonly LibraryElement[];
  /** there are more, or the rest could not be reached */
  readonly more: boolean;
}

/**
 * The elements of a container, at most `limit`; none for strings and the like, whose summary says it all. Undefined
 * for records that are no class of the C++ library, and where even the object itself is not in the dump.
 */
export function libraryContents(
  source: ValueSource,
  record: RecordType,
  address: Address,
  limit: number,
): LibraryContents | undefined {
  const walk = walkOf(new ObjectReader(source, record, address));
  if (!walk) return undefined;
  const elements: LibraryElement[] = [];
  try {
    for (const element of walk) {
      if (elements.length >= limit) return { elements, more: true };
      elements.push(element);
    }
  } catch (e) {
    if (!(e instanceof MemoryUnreadable)) throw e;
    return { elements, more: true };
  }
  return { elements, more: false };
}

/** The elements of a container as they are asked for, up to what is not in the dump; undefined for what is none. */
export function libraryElements(
  source: ValueSource,
  record: RecordType,
  address: Address,
): Iterable<LibraryElement> | undefined {
  const kind = libraryClass(record);
  if (kind === undefined || ALONE.has(kind)) return undefined;
  const walk = walkOf(new ObjectReader(source, record, address));
  return walk && readable(walk);
}

function* readable(walk: Iterable<LibraryElement>): Iterable<LibraryElement> {
  try {
    yield* walk;
  } catch (e) {
    if (!(e instanceof MemoryUnreadable)) throw e;
  }
}

/** Classes whose summary says it all. */
const ALONE: ReadonlySet<LibraryClass> = new Set([
  'string',
  'string view',
  'bool vector',
  'shared pointer',
  'unique pointer',
  'optional',
  'variant',
  'pair',
]);

function walkOf(object: ObjectReader, nesting = 0): Iterable<LibraryElement> | undefined {
  const { record, source, address } = object;
  switch (libraryClass(record)) {
    case 'vector':
      return vectorElements(object);
    case 'list':
    case 'forward list':
      return listElements(object);
    case 'tree':
      return treeElements(object);
    case 'deque':
      return dequeElements(object);
    case 'hash':
      return inner(object, '_List', nesting);
    case 'adaptor':
      return inner(object, 'c', nesting);
    case 'array': {
      const place = findField(record, '_Elems');
      if (!place) return undefined;
      const type = unmodified(place.type);
      return type.kind === 'array' ? contiguous(type.element, object.at(place), type.count) : undefined;
    }
    case 'string':
    case 'string view':
    case 'bool vector':
    case 'shared pointer':
    case 'unique pointer':
    case 'optional':
    case 'variant':
      return source.memory.available(address, 1) > 0 ? [] : undefined;
    case 'pair':
    case undefined:
      return undefined;
  }
}

function* vectorElements(object: ObjectReader): Generator<LibraryElement> {
  const range = vectorRange(object);
  if (range) yield* contiguous(range.type, range.first, range.count);
}

/** Containers within adaptors: a stack of a queue of a deque is more than anyone writes. */
const NESTING = 4;

/** The elements of the container that another one is made of. */
function inner(object: ObjectReader, name: string, nesting: number): Iterable<LibraryElement> | undefined {
  const place = findField(object.record, name);
  const record = place && recordOf(place.type);
  if (!record || nesting >= NESTING) return undefined;
  const complete = object.source.complete?.(record) ?? record;
  return walkOf(new ObjectReader(object.source, complete, object.at(place)), nesting + 1);
}

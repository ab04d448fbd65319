import { findField } from '../fieldPath.ts';
import type { RecordType } from '../model.ts';
import type { FieldPlace } from '../structLayouts.ts';

/** What kinds of the C++ library's class templates are shown by content. */
export type LibraryClass =
  | 'string'
  | 'string view'
  | 'vector'
  | 'bool vector'
  | 'list'
  | 'forward list'
  | 'tree'
  | 'hash'
  | 'deque'
  | 'adaptor'
  | 'array'
  | 'shared pointer'
  | 'unique pointer'
  | 'optional'
  | 'variant'
  | 'pair';

const CLASSES: Readonly<Record<string, LibraryClass>> = {
  basic_string: 'string',
  basic_string_view: 'string view',
  vector: 'vector',
  list: 'list',
  forward_list: 'forward list',
  map: 'tree',
  multimap: 'tree',
  set: 'tree',
  multiset: 'tree',
  unordered_map: 'hash',
  unordered_multimap: 'hash',
  unordered_set: 'hash',
  unordered_multiset: 'hash',
  deque: 'deque',
  queue: 'adaptor',
  stack: 'adaptor',
  array: 'array',
  shared_ptr: 'shared pointer',
  weak_ptr: 'shared pointer',
  unique_ptr: 'unique pointer',
  optional: 'optional',
  variant: 'variant',
  pair: 'pair',
};

/** Which of the library's templates a record is an instance of: by its name, `std::vector<int,…>`. */
export function libraryClass(record: RecordType): LibraryClass | undefined {
  const match = /^std::(\w+)<(.*)>$/s.exec(record.name);
  if (!match) return undefined;
  const [, name = '', parameters = ''] = match;
  if (name === 'vector' && /^bool\b/.test(parameters)) return 'bool vector';
  return Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
}

/**
 * Where compilers since Visual C++ 2015 keep a container's data: in a pair with its allocator, and a tree's in a pair
 * with its comparer as well (`_Mypair` and `_Myval2` in crash.pdb and cppconsoleapplication.pdb of the corpus). Earlier
 * ones keep it in the class or its base.
 */
const WAYS = ['', '_Mypair._Myval2.', '_Mypair._Myval2._Myval2.'];

/** A field of a container's data, wherever this version of the library keeps it. */
export function dataField(record: RecordType, name: string): FieldPlace | undefined {
  for (const way of WAYS) {
    const place = findField(record, way + name);
    if (place) return place;
  }
  return undefined;
}

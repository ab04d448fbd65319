/**
 * The elements of the C++ library's containers, as Microsoft's library lays them out. Field names are those of its
 * headers, read in the corpus' PDBs (vector, string, list, shared_ptr, unique_ptr); tree, hash and deque keep the names
 * that they have had since Visual C++ 2005. Everything read is hostile: sizes bound nothing, walks have a bound of
 * their own and a set of the seen.
 */
import { type Address, readPointer, readStruct } from '../../target/index.ts';
import { findField } from '../fieldPath.ts';
import { type RecordType, type Type, unmodified } from '../model.ts';
import type { ObjectReader } from './objectReader.ts';

export interface LibraryElement {
  readonly type: Type;
  readonly address: Address;
}

/** Elements one after another: vector, array. */
export function* contiguous(type: Type, first: Address, count: number): Generator<LibraryElement> {
  const size = BigInt(type.size);
  for (let i = 0, at = first; i < count; i++, at += size) yield { type, address: at };
}

/** The elements of a vector; undefined where first and last make no sense together. */
export function vectorRange(object: ObjectReader): { type: Type; first: Address; count: number } | undefined {
  const type = object.targetType('_Myfirst');
  const first = object.pointer('_Myfirst');
  const last = object.pointer('_Mylast');
  if (!type || first === undefined || last === undefined || type.size === 0 || last < first) return undefined;
  const bytes = last - first;
  // the difference is a whole number of elements and less than an address space of 47 bits
  if (bytes % BigInt(type.size) !== 0n || bytes >> 47n !== 0n) return undefined;
  return { type, first, count: Number(bytes / BigInt(type.size)) };
}

/** A list's elements, from the node behind the head node until the head again. */
export function* listElements(object: ObjectReader): Generator<LibraryElement> {
  const node = object.targetRecord('_Myhead');
  const head = object.pointer('_Myhead');
  const value = node && findField(node, '_Myval');
  const next = node && findField(node, '_Next');
  if (!value || !next || head === undefined) return;
  const { memory, pointerSize } = object.source;
  const seen = new Set<Address>();
  const follow = (from: Address) => readPointer(memory, from + BigInt(next.offset), pointerSize);
  // a forward list keeps its first node in _Myhead and ends with null
  const ring = findField(node, '_Prev') !== undefined;
  for (
    let at = ring ? follow(head) : head;
    at !== 0n && !seen.has(at) && !(ring && at === head);
    at = follow(at)
  ) {
    seen.add(at);
    yield { type: value.type, address: at + BigInt(value.offset) };
  }
}

/** A map's or set's elements in order: from the leftmost node, each time to the next. */
export function* treeElements(object: ObjectReader): Generator<LibraryElement> {
  const head = object.pointer('_Myhead');
  const record = object.targetRecord('_Myhead');
  const tree = record && treeNode(object, record);
  if (!tree || head === undefined) return;
  const { value, link, isNil } = tree;
  const seen = new Set<Address>();
  for (let at = link(head, 'left'); at !== head && at !== 0n && !seen.has(at) && !isNil(at);) {
    seen.add(at);
    yield { type: value.type, address: at + BigInt(value.offset) };
    at = successor(at, head, link, isNil);
  }
}

type Side = 'left' | 'parent' | 'right';
type Link = (node: Address, side: Side) => Address;

/** Higher trees than memory has room for are damaged. */
const TREE_HEIGHT = 128;

function successor(from: Address, head: Address, link: Link, isNil: (node: Address) => boolean): Address {
  let at = link(from, 'right');
  if (!isNil(at)) {
    for (let i = 0; i < TREE_HEIGHT; i++) {
      const left = link(at, 'left');
      if (isNil(left)) return at;
      at = left;
    }
    return head;
  }
  let below = from;
  at = link(from, 'parent');
  for (let i = 0; i < TREE_HEIGHT && !isNil(at) && link(at, 'right') === below; i++) {
    below = at;
    at = link(at, 'parent');
  }
  return at;
}

function treeNode(object: ObjectReader, node: RecordType) {
  const value = findField(node, '_Myval');
  const nil = findField(node, '_Isnil');
  const left = findField(node, '_Left');
  const parent = findField(node, '_Parent');
  const right = findField(node, '_Right');
  if (!value || !nil || !left || !parent || !right) return undefined;
  const { memory, pointerSize } = object.source;
  const offsets = { left: left.offset, parent: parent.offset, right: right.offset };
  const link: Link = (from, side) => readPointer(memory, from + BigInt(offsets[side]), pointerSize);
  const isNil = (at: Address) => readStruct(memory, at + BigInt(nil.offset), 1).u8(0) !== 0;
  return { value, link, isNil };
}

/** A deque's elements: blocks of a fixed number of elements, found through a ring of pointers. */
export function* dequeElements(object: ObjectReader): Generator<LibraryElement> {
  const block = object.targetType('_Map');
  const map = object.pointer('_Map');
  const mapSize = object.size('_Mapsize');
  const offset = object.size('_Myoff');
  const count = object.size('_Mysize');
  const pointer = block && unmodified(block);
  if (pointer?.kind !== 'pointer' || map === undefined || mapSize === undefined || mapSize === 0) return;
  if (offset === undefined || count === undefined) return;
  const type = pointer.target;
  const perBlock = elementsPerBlock(type.size);
  const { memory, pointerSize } = object.source;
  for (let i = offset; i < offset + count; i++) {
    const slot = Math.floor(i / perBlock) % mapSize;
    const start = readPointer(memory, map + BigInt(slot * pointerSize), pointerSize);
    yield { type, address: start + BigInt((i % perBlock) * type.size) };
  }
}

/** The library's own rule: sixteen bytes a block, at least one element. */
function elementsPerBlock(size: number): number {
  if (size <= 1) return 16;
  if (size <= 2) return 8;
  if (size <= 4) return 4;
  return size <= 8 ? 2 : 1;
}

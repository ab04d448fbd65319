import { type FieldMember, isAnonymous, recordOf, type RecordType, type Type } from '../types/index.ts';

/** Deeper than classes inherit or anonymous unions nest; a hostile PDB may make a class its own base. */
const DEPTH = 32;
/** Records looked into for one name. */
const VISITS = 4096;

/** Where a member is within an object. */
export type FoundMember =
  | { readonly kind: 'field'; readonly offset: number; readonly type: Type }
  /** behind a virtual base: `offset` counts from where the vbtable says that the base lies */
  | {
      readonly kind: 'virtual';
      /** of the vbtable pointer within the object */
      readonly pointerOffset: number;
      readonly tableIndex: number;
      readonly rest: FoundMember;
    }
  | { readonly kind: 'static'; readonly owner: RecordType; readonly name: string; readonly type: Type };

type Complete = (record: RecordType) => RecordType;

/**
 * A member by name: the record's own before those of its anonymous members and bases, as C++ hides names. `Base::x`
 * names a member of a base, `Base` the base itself. Case counts.
 */
export function findCppMember(record: RecordType, name: string, complete: Complete): FoundMember | undefined {
  const scope = name.lastIndexOf('::');
  const search = { complete, left: VISITS };
  if (scope < 0) return find(record, name, search, DEPTH) ?? findBase(record, name, search, DEPTH);
  const base = findBase(record, name.slice(0, scope), search, DEPTH);
  const inner = base && innermost(base);
  const within = inner && recordOf(inner.type);
  const member = within && find(complete(within), name.slice(scope + 2), search, DEPTH);
  return base && member && behind(base, member);
}

/** Where a base class lies within an object, by its whole name; undefined for a class that is no base of it. */
export function findCppBase(record: RecordType, name: string, complete: Complete): FoundMember | undefined {
  return findBase(record, name, { complete, left: VISITS }, DEPTH);
}

interface Search {
  readonly complete: Complete;
  left: number;
}

function find(record: RecordType, name: string, search: Search, depth: number): FoundMember | undefined {
  if (search.left-- <= 0) return undefined;
  for (const member of record.members) {
    if (member.kind === 'field' && member.name === name)
      return { kind: 'field', offset: member.offset, type: member.type };
    if (member.kind === 'static' && member.name === name)
      return { kind: 'static', owner: record, name, type: member.type };
  }
  if (depth === 0) return undefined;
  for (const { place, record: inner } of within(record, search)) {
    const found = find(inner, name, search, depth - 1);
    if (found) return behind(place, found);
  }
  return undefined;
}

function findBase(record: RecordType, name: string, search: Search, depth: number): FoundMember | undefined {
  if (search.left-- <= 0 || depth === 0) return undefined;
  for (const { place, record: inner, isBase } of within(record, search)) {
    if (isBase && inner.name === name) return place;
    const found = findBase(inner, name, search, depth - 1);
    if (found) return behind(place, found);
  }
  return undefined;
}

/** The records whose members count as those of the record around them. */
function* within(
  record: RecordType,
  { complete }: Search,
): Generator<{ place: FoundMember; record: RecordType; isBase: boolean }> {
  for (const member of record.members) {
    if (member.kind !== 'base' && !(member.kind === 'field' && isAnonymous(member.name))) continue;
    const inner = recordOf(member.type);
    if (!inner) continue;
    const place: FoundMember =
      member.kind === 'base' && member.virtual
        ? {
            kind: 'virtual',
            pointerOffset: member.virtual.pointerOffset,
            tableIndex: member.virtual.tableIndex,
            rest: { kind: 'field', offset: 0, type: member.type },
          }
        : { kind: 'field', offset: member.offset, type: member.type };
    yield { place, record: complete(inner), isBase: member.kind === 'base' };
  }
}

/** A member of a part, as a member of the whole. */
function behind(part: FoundMember, member: FoundMember): FoundMember {
  if (part.kind === 'static' || member.kind === 'static') return member;
  if (part.kind === 'virtual') return { ...part, rest: behind(part.rest, member) };
  if (member.kind === 'virtual') return { ...member, pointerOffset: part.offset + member.pointerOffset };
  return { kind: 'field', offset: part.offset + member.offset, type: member.type };
}

function innermost(member: FoundMember): { readonly type: FieldMember['type'] } {
  return member.kind === 'virtual' ? innermost(member.rest) : member;
}

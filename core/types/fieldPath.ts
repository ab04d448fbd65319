import { type FieldMember, type RecordType, type Type, unmodified } from './model.ts';
import type { FieldPlace } from './structLayouts.ts';

/** Deeper than classes inherit or anonymous unions nest; a hostile PDB may make a class its own base. */
const DEPTH_LIMIT = 32;
/** Records looked into for one name: more than any class has bases, even where a hostile one names itself twice. */
const VISIT_LIMIT = 4096;

/** What compilers and PDB readers call a member, or the type of one, that has no name in the source. */
const ANONYMOUS = /^$|^<(unnamed|anonymous)[^>]*>$|^__unnamed$/;

export function isAnonymous(name: string): boolean {
  return ANONYMOUS.test(name);
}

/**
 * Where a path such as `CurrentDirectory.DosPath.Buffer` or `Segments[3].Flags` leads from the start of a record, or
 * undefined. It goes through nested records, base classes, anonymous members and array elements, not through pointers.
 * The empty path is the record itself.
 */
export function findField(record: RecordType, path: string): FieldPlace | undefined {
  let type: Type = record;
  let offset = 0;
  // a name, or indexes in brackets
  const steps = /\.?([^.[\]]+)|\[(\d+)\]/gy;
  while (steps.lastIndex < path.length) {
    const step = steps.exec(path);
    if (!step) return undefined;
    const [, name, index] = step;
    const here = unmodified(type);
    if (index !== undefined) {
      if (here.kind !== 'array' || Number(index) >= here.count) return undefined;
      type = here.element;
      offset += Number(index) * type.size;
      continue;
    }
    const member =
      here.kind === 'record' && name !== undefined
        ? findMember(here, name, DEPTH_LIMIT, { left: VISIT_LIMIT })
        : undefined;
    if (!member) return undefined;
    type = member.type;
    offset += member.offset;
  }
  return { offset, type };
}

/** A field by name, in the record itself before its anonymous members and bases. */
function findMember(
  record: RecordType,
  name: string,
  depth: number,
  visits: { left: number },
): FieldPlace | undefined {
  if (visits.left-- <= 0) return undefined;
  const inner: (FieldPlace & { readonly record: RecordType })[] = [];
  for (const member of record.members) {
    if (member.kind === 'field' && member.name === name) return member;
    const nested = depth > 0 ? transparent(member) : undefined;
    if (nested && (member.kind === 'field' || member.kind === 'base')) {
      inner.push({ offset: member.offset, type: nested, record: nested });
    }
  }
  for (const { offset, record } of inner) {
    const found = findMember(record, name, depth - 1, visits);
    if (found) return { offset: offset + found.offset, type: found.type };
  }
  return undefined;
}

/** The record whose members count as those of the record around it. A virtual base lies elsewhere. */
function transparent(member: RecordType['members'][number]): RecordType | undefined {
  if (member.kind === 'base' && !member.virtual) return recordOf(member.type);
  return member.kind === 'field' && isAnonymous(member.name) ? recordOf(member.type) : undefined;
}

export function recordOf(type: FieldMember['type']): RecordType | undefined {
  const bare = unmodified(type);
  return bare.kind === 'record' ? bare : undefined;
}

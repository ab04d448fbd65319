import { isAnonymous, recordOf } from './fieldPath.ts';
import type { MethodMember, RecordType, Type } from './model.ts';

/** A member with its place in the whole object: bases and anonymous members are taken apart into theirs. */
export type PlacedMember =
  | { readonly kind: 'field'; readonly name: string; readonly offset: number; readonly type: Type }
  | { readonly kind: 'vftable'; readonly offset: number; readonly size: number; readonly slots?: number }
  | { readonly kind: 'static'; readonly name: string; readonly owner: RecordType; readonly type: Type }
  | { readonly kind: 'method'; readonly method: MethodMember; readonly owner: RecordType }
  /** a virtual base: where it lies stands in the object's vbtable */
  | {
      readonly kind: 'virtual base';
      readonly record: RecordType;
      /** of the vbtable pointer within the object */
      readonly pointerOffset: number;
      /** entries of four bytes */
      readonly tableIndex: number;
    };

/** Deeper than classes inherit; a hostile PDB may make a class its own base. */
const DEPTH_LIMIT = 32;
/** More members than any real class has, all bases together; the rest of a hostile one is left out. */
const MEMBER_LIMIT = 65_536;

/** The members of a record in the order dt prints them. `complete` finds the definition of a forward reference. */
export function placedMembers(
  record: RecordType,
  complete: (record: RecordType) => RecordType = (r) => r,
): PlacedMember[] {
  const placed: PlacedMember[] = [];
  const seen = new Set<RecordType>();
  let visits = 0;
  const visit = (record: RecordType, base: number, depth: number) => {
    // a hostile class may name itself as its base twice: the visits are bounded as well as the depth
    if (depth === 0 || visits++ > MEMBER_LIMIT) return;
    for (const member of record.members) {
      if (placed.length >= MEMBER_LIMIT) return;
      switch (member.kind) {
        case 'field': {
          const nested = isAnonymous(member.name) ? recordOf(member.type) : undefined;
          const offset = base + member.offset;
          if (nested) visit(complete(nested), offset, depth - 1);
          else placed.push({ kind: 'field', name: member.name, offset, type: member.type });
          break;
        }
        case 'base': {
          const inner = recordOf(member.type);
          if (!inner) break;
          if (!member.virtual) visit(complete(inner), base + member.offset, depth - 1);
          else if (!seen.has(inner)) {
            // one object has one copy of a virtual base, however many bases name it
            seen.add(inner);
            const { pointerOffset, tableIndex } = member.virtual;
            const at = base + pointerOffset;
            placed.push({ kind: 'virtual base', record: complete(inner), pointerOffset: at, tableIndex });
          }
          break;
        }
        case 'static':
          placed.push({ kind: 'static', name: member.name, owner: record, type: member.type });
          break;
        case 'method':
          placed.push({ kind: 'method', method: member, owner: record });
          break;
        case 'vftable pointer': {
          const { size, slots } = member;
          placed.push({ kind: 'vftable', offset: base + member.offset, size, slots });
          break;
        }
        case 'nested':
          break;
      }
    }
  };
  visit(record, 0, DEPTH_LIMIT);
  return placed;
}

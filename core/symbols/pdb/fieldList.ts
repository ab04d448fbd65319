/**
 * The members of a record type: LF_FIELDLIST, a run of members that may go on in another list (LF_INDEX). Layouts:
 * cvinfo.h. Anonymous structures and unions are already laid out by the compiler: their members stand here themselves,
 * with offsets from the start of the outermost record.
 */
import type { LeafCursor } from './leafCursor.ts';
import { LF, LF_PAD0 } from './leafKind.ts';
import { orAbsent } from './orAbsent.ts';

/** Lists that continue one another; a type has some dozens at most, and hostile lists form rings. */
const MAX_LISTS = 65536;

/** A member as stored, with type numbers. Offsets in bytes. */
export type RawMember =
  | { readonly is: 'field'; readonly type: number; readonly offset: number; readonly name: string }
  | { readonly is: 'base'; readonly type: number; readonly offset: number }
  | {
      readonly is: 'virtual base';
      readonly type: number;
      readonly pointerOffset: number;
      readonly tableIndex: number;
      readonly indirect: boolean;
    }
  | { readonly is: 'static'; readonly type: number; readonly name: string }
  | {
      readonly is: 'method';
      readonly type: number;
      readonly name: string;
      readonly attributes: number;
      readonly vftableOffset?: number;
    }
  | { readonly is: 'overloads'; readonly list: number; readonly name: string }
  | { readonly is: 'nested'; readonly type: number; readonly name: string }
  | { readonly is: 'vftable pointer'; readonly type: number; readonly offset: number }
  | { readonly is: 'enumerator'; readonly value: bigint; readonly name: string };

/** All members of a field list and of those that continue it, in their order; `recordOf` gives a type's record. */
export function* fieldList(
  type: number,
  recordOf: (type: number) => LeafCursor | undefined,
): Generator<RawMember> {
  const seen = new Set<number>();
  let list: number | undefined = type;
  while (list !== undefined && !seen.has(list) && seen.size < MAX_LISTS) {
    seen.add(list);
    const cursor = recordOf(list);
    if (cursor?.u16() !== LF.FIELDLIST) return;
    list = undefined;
    while (cursor.left >= 2) {
      const found = orAbsent(() => next(cursor));
      if (found === undefined) break;
      if (found === 'padding') continue;
      if (typeof found === 'number') list = found;
      else yield found;
    }
  }
}

/** Whether a method attribute says that the method brings in a new slot of the vftable. */
export function introducesVirtual(attributes: number): boolean {
  const property = (attributes >> 2) & 7;
  return property === 4 || property === 6;
}

/** A member; the number of the list that continues this one; `padding`; undefined for a member of unknown length. */
function next(c: LeafCursor): RawMember | number | 'padding' | undefined {
  const first = c.bytes[c.at] ?? 0;
  if (first >= LF_PAD0) {
    c.skip(Math.max(1, first & 0xf));
    return 'padding';
  }
  const leaf = c.u16();
  const counted = leaf < LF.ST_MAX;
  switch (leaf) {
    case LF.MEMBER:
    case LF.MEMBER_ST: {
      c.skip(2); // access
      const type = c.u32();
      const offset = c.size();
      return { is: 'field', type, offset, name: c.name(counted) };
    }
    case LF.ENUMERATE:
    case LF.ENUMERATE_ST: {
      c.skip(2);
      const value = c.numeric();
      return { is: 'enumerator', value: typeof value === 'bigint' ? value : 0n, name: c.name(counted) };
    }
    case LF.BCLASS:
    case LF.BINTERFACE:
      c.skip(2);
      return { is: 'base', type: c.u32(), offset: c.size() };
    case LF.VBCLASS:
    case LF.IVBCLASS: {
      c.skip(2);
      const type = c.u32();
      c.skip(4); // type of the pointer to the vbtable
      const pointerOffset = c.size();
      return {
        is: 'virtual base',
        type,
        pointerOffset,
        tableIndex: c.size(),
        indirect: leaf === LF.IVBCLASS,
      };
    }
    case LF.STMEMBER:
    case LF.STMEMBER_ST:
      c.skip(2);
      return { is: 'static', type: c.u32(), name: c.name(counted) };
    case LF.ONEMETHOD:
    case LF.ONEMETHOD_ST: {
      const attributes = c.u16();
      const type = c.u32();
      const slot = introducesVirtual(attributes) ? { vftableOffset: c.u32() } : {};
      return { is: 'method', type, attributes, ...slot, name: c.name(counted) };
    }
    case LF.METHOD:
    case LF.METHOD_ST:
      c.skip(2); // how many
      return { is: 'overloads', list: c.u32(), name: c.name(counted) };
    case LF.NESTTYPE:
    case LF.NESTTYPE_ST:
    case LF.NESTTYPEEX:
    case LF.NESTTYPEEX_ST:
      c.skip(2); // padding, or access
      return { is: 'nested', type: c.u32(), name: c.name(counted) };
    case LF.VFUNCTAB:
      c.skip(2);
      return { is: 'vftable pointer', type: c.u32(), offset: 0 };
    case LF.VFUNCOFF: {
      c.skip(2);
      const type = c.u32();
      return { is: 'vftable pointer', type, offset: c.u32() };
    }
    case LF.FRIENDCLS:
      c.skip(6);
      return 'padding';
    case LF.FRIENDFCN:
    case LF.FRIENDFCN_ST:
    case LF.MEMBERMODIFY:
    case LF.MEMBERMODIFY_ST:
      c.skip(6);
      c.name(counted);
      return 'padding';
    case LF.INDEX:
      c.skip(2);
      return c.u32();
    default:
      return undefined;
  }
}

/**
 * The records that follow an S_LOCAL and say where its value is, in which ranges of code (cvinfo.h, DEFRANGESYM...).
 * A range is one run of addresses with gaps in it. RVAs are the linker's.
 */
import type { CodeRange } from '../localVariable.ts';
import type { AddressSpace } from './addressSpace.ts';
import { LeafCursor } from './leafCursor.ts';
import { orAbsent } from './orAbsent.ts';
import { S } from './symbolKind.ts';
import type { DefinitionRangeSymbol } from './symbolRecord.ts';

/** Where a variable, or a part of it, is. Registers are CodeView numbers. */
export type RangeLocation =
  | { readonly in: 'register'; readonly register: number; readonly part: number | undefined }
  | {
      readonly in: 'register relative';
      readonly register: number;
      readonly offset: number;
      readonly part: number | undefined;
    }
  | { readonly in: 'frame'; readonly offset: number };

export interface DefinitionRange {
  readonly location: RangeLocation;
  /** undefined: everywhere in the procedure */
  readonly ranges: readonly CodeRange[] | undefined;
}

/** Undefined for a record that is cut short, or that locates the value by a program that is not recorded. */
export function definitionRange(
  record: DefinitionRangeSymbol,
  space: AddressSpace,
): DefinitionRange | undefined {
  return orAbsent(() => {
    const c = new LeafCursor(record.bytes);
    switch (record.kind) {
      case S.DEFRANGE_REGISTER: {
        const register = c.u16();
        c.skip(2); // "maybe"
        return { location: { in: 'register', register, part: undefined }, ranges: rangesOf(c, space) };
      }
      case S.DEFRANGE_SUBFIELD_REGISTER: {
        const register = c.u16();
        c.skip(2);
        return { location: { in: 'register', register, part: c.u32() & 0xfff }, ranges: rangesOf(c, space) };
      }
      case S.DEFRANGE_REGISTER_REL: {
        const register = c.u16();
        const flags = c.u16();
        const part = flags & 1 ? flags >> 4 : undefined;
        return {
          location: { in: 'register relative', register, offset: c.i32(), part },
          ranges: rangesOf(c, space),
        };
      }
      case S.DEFRANGE_FRAMEPOINTER_REL:
        return { location: { in: 'frame', offset: c.i32() }, ranges: rangesOf(c, space) };
      case S.DEFRANGE_FRAMEPOINTER_REL_FULL_SCOPE:
        return { location: { in: 'frame', offset: c.i32() }, ranges: undefined };
      default:
        return undefined;
    }
  });
}

function rangesOf(c: LeafCursor, space: AddressSpace): CodeRange[] {
  const offset = c.u32();
  const start = space.sourceRva(c.u16(), offset);
  const end = (start ?? 0) + c.u16();
  if (start === undefined) return [];
  const ranges: CodeRange[] = [];
  let from = start;
  while (c.left >= 4) {
    const gap = start + c.u16();
    const length = c.u16();
    if (gap > from) ranges.push({ start: from, end: Math.min(gap, end) });
    from = Math.max(from, gap + length);
  }
  if (from < end) ranges.push({ start: from, end });
  return ranges;
}

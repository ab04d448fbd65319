/** The records of classes, structures, unions and enumerations. Layouts: cvinfo.h. */
import type { LeafCursor } from './leafCursor.ts';
import { LF } from './leafKind.ts';
import { orAbsent } from './orAbsent.ts';

const FORWARD = 0x80;
const SCOPED = 0x100;
const HAS_UNIQUE_NAME = 0x200;

export interface UdtRecord {
  readonly tag: 'struct' | 'class' | 'union' | 'interface' | 'enum';
  /** number of the field list, 0 where there are no members */
  readonly fields: number;
  /** bytes; of an enumeration 0: its underlying type says */
  readonly size: number;
  /** of an enumeration: its underlying type */
  readonly underlying: number;
  readonly name: string;
  /** decorated name, where the compiler gave one */
  readonly uniqueName: string | undefined;
  /** declared here, defined elsewhere */
  readonly forward: boolean;
  /** defined within a function: the hash is that of the unique name */
  readonly scoped: boolean;
}

/** Whether a record kind is one of these. */
export function isUdt(leaf: number): boolean {
  return tagOf(leaf) !== undefined;
}

/** Reads a record from its kind on; undefined where it is none of these, or too short. */
export function readUdt(c: LeafCursor): UdtRecord | undefined {
  return orAbsent(() => {
    const leaf = c.u16();
    const tag = tagOf(leaf);
    if (!tag) return undefined;
    const counted = leaf < LF.ST_MAX;
    c.skip(2); // number of members
    const properties = c.u16();
    const underlying = tag === 'enum' ? c.u32() : 0;
    const fields = c.u32();
    // a class has two more: classes derived from it, and the shape of its vftable
    if (tag !== 'union' && tag !== 'enum') c.skip(8);
    const size = tag === 'enum' ? 0 : c.size();
    const name = c.name(counted);
    const unique = (properties & HAS_UNIQUE_NAME) !== 0 && c.left > 0;
    return {
      tag,
      fields,
      size,
      underlying,
      name,
      uniqueName: unique ? c.name(counted) : undefined,
      forward: (properties & FORWARD) !== 0,
      scoped: (properties & SCOPED) !== 0,
    };
  });
}

function tagOf(leaf: number): UdtRecord['tag'] | undefined {
  switch (leaf) {
    case LF.CLASS:
    case LF.CLASS_ST:
      return 'class';
    case LF.STRUCTURE:
    case LF.STRUCTURE_ST:
      return 'struct';
    case LF.UNION:
    case LF.UNION_ST:
      return 'union';
    case LF.INTERFACE:
      return 'interface';
    case LF.ENUM:
    case LF.ENUM_ST:
      return 'enum';
    default:
      return undefined;
  }
}

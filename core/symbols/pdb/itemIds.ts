import type { LeafCursor } from './leafCursor.ts';
import { LF } from './leafKind.ts';
import { orAbsent } from './orAbsent.ts';
import type { TypeNames } from './typeNames.ts';
import type { TypeStream } from './typeStream.ts';

/** What Microsoft's compiler calls an unnamed namespace in a scope: the same words as everywhere else in its place. */
const ANONYMOUS = /\?A0x[0-9a-f]+/gi;

/** A function by its id: what inline sites refer to. */
export interface FunctionId {
  /** qualified with its namespace or class */
  readonly name: string;
  /** number of its type */
  readonly type: number;
}

/** The ids of stream 4: functions, and the strings that their scopes are. */
export class ItemIds {
  constructor(
    private readonly ids: TypeStream,
    private readonly classes: TypeNames | undefined,
  ) {}

  /** The function of an LF_FUNC_ID or LF_MFUNC_ID; undefined where the id is neither. */
  functionOf(id: number): FunctionId | undefined {
    return orAbsent(() => {
      const c = this.ids.record(id);
      const leaf = c?.u16();
      if (!c || (leaf !== LF.FUNC_ID && leaf !== LF.MFUNC_ID)) return undefined;
      const scopeIndex = c.u32();
      const type = c.u32();
      const name = c.name();
      const scope = leaf === LF.MFUNC_ID ? this.classes?.udt(scopeIndex)?.name : this.string(scopeIndex);
      return { name: scope ? `${scope.replace(ANONYMOUS, "`anonymous namespace'")}::${name}` : name, type };
    });
  }

  /** The text of an LF_STRING_ID; undefined for another id. */
  string(id: number): string | undefined {
    return orAbsent(() => {
      const c: LeafCursor | undefined = this.ids.record(id);
      if (c?.u16() !== LF.STRING_ID) return undefined;
      c.skip(4); // list of strings that this one continues
      return c.name();
    });
  }
}

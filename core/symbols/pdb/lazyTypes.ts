/**
 * The types of the type model over a PDB's records: what a type refers to is looked up when it is asked for, so that
 * types may refer to one another in circles.
 */
import type {
  ArrayType,
  BasicType,
  BitFieldType,
  EnumType,
  Member,
  ModifierType,
  PointerType,
  ProcedureType,
  RecordType,
  Type,
} from '../../types/index.ts';
import { lazy } from './lazy.ts';

/** Gives the type of a number; never undefined: a type that is missing is `NO_TYPE`. */
export type TypeAt = (index: number) => Type;

export class LazyPointer implements PointerType {
  readonly kind = 'pointer';
  readonly const?: boolean;
  readonly volatile?: boolean;

  constructor(
    private readonly at: TypeAt,
    readonly mode: PointerType['mode'],
    readonly size: number,
    private readonly targetIndex: number,
    private readonly ownerIndex: number | undefined,
    qualifiers: { readonly const: boolean; readonly volatile: boolean },
  ) {
    if (qualifiers.const) this.const = true;
    if (qualifiers.volatile) this.volatile = true;
  }

  get target(): Type {
    return this.at(this.targetIndex);
  }

  get owner(): Type | undefined {
    return this.ownerIndex === undefined ? undefined : this.at(this.ownerIndex);
  }
}

export class LazyArray implements ArrayType {
  readonly kind = 'array';

  constructor(
    private readonly at: TypeAt,
    private readonly elementIndex: number,
    readonly size: number,
    readonly count: number,
  ) {}

  get element(): Type {
    return this.at(this.elementIndex);
  }
}

export class LazyModifier implements ModifierType {
  readonly kind = 'modifier';
  readonly const: boolean;
  readonly volatile: boolean;
  readonly unaligned: boolean;

  constructor(
    private readonly at: TypeAt,
    private readonly baseIndex: number,
    readonly size: number,
    qualifiers: Pick<ModifierType, 'const' | 'volatile' | 'unaligned'>,
  ) {
    this.const = qualifiers.const;
    this.volatile = qualifiers.volatile;
    this.unaligned = qualifiers.unaligned;
  }

  get base(): Type {
    return this.at(this.baseIndex);
  }
}

export class LazyBitField implements BitFieldType {
  readonly kind = 'bit field';

  constructor(
    private readonly at: TypeAt,
    private readonly baseIndex: number,
    readonly size: number,
    readonly position: number,
    readonly length: number,
  ) {}

  get base(): Type {
    return this.at(this.baseIndex);
  }
}

export class LazyProcedure implements ProcedureType {
  readonly kind = 'procedure';
  readonly size = 0;
  readonly convention?: string;
  private readonly list: () => readonly number[];

  /** `argumentsOf` gives the numbers of the arguments' types; a last one of 0 stands for `...`. */
  constructor(
    private readonly at: TypeAt,
    private readonly returnIndex: number,
    argumentsOf: () => readonly number[],
    convention: string | undefined,
    private readonly ownerIndex: number | undefined,
  ) {
    this.list = lazy(argumentsOf);
    if (convention !== undefined) this.convention = convention;
  }

  get returns(): Type {
    return this.at(this.returnIndex);
  }

  get variadic(): boolean {
    return this.list().at(-1) === 0;
  }

  get parameters(): readonly Type[] {
    const list = this.list();
    return (this.variadic ? list.slice(0, -1) : list).map(this.at);
  }

  get owner(): Type | undefined {
    return this.ownerIndex === undefined ? undefined : this.at(this.ownerIndex);
  }
}

export class LazyRecord implements RecordType {
  readonly kind = 'record';
  private readonly lazyMembers: () => readonly Member[];

  constructor(
    readonly tag: RecordType['tag'],
    readonly name: string,
    readonly size: number,
    readonly forward: boolean,
    membersOf: () => readonly Member[],
  ) {
    this.lazyMembers = lazy(membersOf);
  }

  get members(): readonly Member[] {
    return this.lazyMembers();
  }
}

export class LazyEnum implements EnumType {
  readonly kind = 'enum';
  readonly forward?: boolean;
  private readonly lazyEnumerators: () => EnumType['enumerators'];

  constructor(
    readonly name: string,
    readonly underlying: BasicType,
    forward: boolean,
    enumeratorsOf: () => EnumType['enumerators'],
  ) {
    if (forward) this.forward = true;
    this.lazyEnumerators = lazy(enumeratorsOf);
  }

  get size(): number {
    return this.underlying.size;
  }

  get enumerators(): EnumType['enumerators'] {
    return this.lazyEnumerators();
  }
}

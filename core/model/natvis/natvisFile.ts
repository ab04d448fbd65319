/** What a NatVis file says, read: types and how they are shown ("Create custom views of C++ objects" of Visual Studio's manual). */
import type { TypePattern } from './typePattern.ts';

/** Something that is wrong with a file, or with an expression of it on an object. */
export interface NatvisProblem {
  readonly file: string;
  /** counts from 1 */
  readonly line: number;
  /** the type's name as the file has it */
  readonly type?: string;
  readonly expression?: string;
  readonly message: string;
}

export interface NatvisFile {
  /** a path, or `module.pdb: name` */
  readonly name: string;
  /** it shows types of this module alone: a file that came with its symbols */
  readonly module?: string;
  readonly types: readonly NatvisType[];
  /** intrinsics of all types */
  readonly intrinsics: readonly NatvisIntrinsic[];
  /** what could not be read, and what is there and has no meaning here (visualizers of Visual Studio's own windows) */
  readonly problems: readonly NatvisProblem[];
}

/** One `<Type>`. */
export interface NatvisType {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  /** its name and those of its alternatives */
  readonly patterns: readonly TypePattern[];
  /** 0 (Low) to 4 (High) */
  readonly priority: number;
  /** shows derived classes as well */
  readonly inheritable: boolean;
  readonly views: NatvisViews;
  readonly versions: readonly NatvisVersion[];
  readonly displays: readonly NatvisDisplay[];
  readonly texts: readonly NatvisExpression[];
  /** `<SmartPointer>`: the pointer that `->` and `*` of an object mean */
  readonly pointers: readonly NatvisExpression[];
  /** absent: the members as they are */
  readonly expand?: NatvisExpand;
  readonly intrinsics: readonly NatvisIntrinsic[];
}

/** `<Version Name="some.dll" Min="1.0" Max="1.5"/>` */
export interface NatvisVersion {
  readonly module: string;
  readonly min?: string;
  readonly max?: string;
}

/** In which views a node counts. */
export interface NatvisViews {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** What nodes have in common. */
export interface NatvisGuard {
  readonly line: number;
  readonly condition?: string;
  readonly optional: boolean;
  readonly views: NatvisViews;
}

export interface NatvisExpression extends NatvisGuard {
  readonly expression: string;
}

/** Text with expressions in braces: each with its format specifiers. */
export type NatvisTemplate = readonly (string | { readonly expression: string })[];

export interface NatvisDisplay extends NatvisGuard {
  readonly template: NatvisTemplate;
}

export interface NatvisExpand {
  readonly hideRawView: boolean;
  readonly nodes: readonly NatvisNode[];
}

export type NatvisNode =
  | (NatvisExpression & { readonly kind: 'item'; readonly name: NatvisTemplate })
  | (NatvisExpression & { readonly kind: 'expanded' })
  | (NatvisGuard & {
      readonly kind: 'synthetic';
      readonly name: NatvisTemplate;
      readonly displays: readonly NatvisDisplay[];
      readonly expand?: NatvisExpand;
    })
  | (NatvisGuard & {
      readonly kind: 'array';
      readonly size: readonly NatvisExpression[];
      readonly pointer: readonly NatvisExpression[];
      readonly rank?: string;
      readonly lowerBound?: string;
      /** the last index counts fastest; `Backward` has it the other way round */
      readonly forward: boolean;
    })
  | (NatvisGuard & {
      readonly kind: 'index list';
      readonly size: readonly NatvisExpression[];
      readonly values: readonly NatvisExpression[];
    })
  | (NatvisGuard & {
      readonly kind: 'linked list';
      readonly size: readonly NatvisExpression[];
      readonly head: string;
      readonly next: string;
      readonly values: readonly (NatvisExpression & { readonly name?: NatvisTemplate })[];
    })
  | (NatvisGuard & {
      readonly kind: 'tree';
      readonly size: readonly NatvisExpression[];
      readonly head: string;
      readonly left: string;
      readonly right: string;
      readonly values: readonly (NatvisExpression & { readonly name?: NatvisTemplate })[];
    })
  | (NatvisGuard & {
      readonly kind: 'custom list';
      readonly size: readonly NatvisExpression[];
      readonly variables: readonly {
        readonly name: string;
        readonly initial: string;
        readonly line: number;
      }[];
      readonly body: readonly NatvisStatement[];
    });

/** An `<If>`, `<Elseif>` or `<Else>` of a custom list. */
export interface NatvisBranch {
  readonly condition?: string;
  readonly body: readonly NatvisStatement[];
}

/** A step of `<CustomListItems>`. */
export type NatvisStatement =
  | {
      readonly kind: 'loop';
      readonly line: number;
      readonly condition?: string;
      readonly body: readonly NatvisStatement[];
    }
  | {
      readonly kind: 'if';
      readonly line: number;
      /** the conditions in order; without one it is the rest */
      readonly branches: readonly NatvisBranch[];
    }
  | { readonly kind: 'break'; readonly line: number; readonly condition?: string }
  | { readonly kind: 'exec'; readonly line: number; readonly condition?: string; readonly expression: string }
  | {
      readonly kind: 'item';
      readonly line: number;
      readonly condition?: string;
      readonly name?: NatvisTemplate;
      readonly expression: string;
    };

/** `<Intrinsic Name="size" Expression="_Last - _First"/>` */
export interface NatvisIntrinsic {
  readonly name: string;
  readonly expression: string;
  readonly parameters: readonly string[];
  readonly line: number;
}

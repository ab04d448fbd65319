import type { CppValue } from '../../eval/index.ts';
import type { Format } from '../format.ts';

/** A child that a visualizer gives an object. */
export type NatvisChild =
  | {
      readonly kind: 'value';
      readonly name: string;
      readonly value: CppValue;
      readonly format: Format;
      /** an element of what the object contains, not a property of it */
      readonly element: boolean;
    }
  /** the children of a value, as if they were the object's own */
  | { readonly kind: 'expanded'; readonly value: CppValue; readonly format: Format }
  | {
      readonly kind: 'synthetic';
      readonly name: string;
      readonly text?: string;
      children(): Iterable<NatvisChild>;
    }
  /** no child: a list that has worked long without giving one, so that it can be stopped */
  | { readonly kind: 'pause' };

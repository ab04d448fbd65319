import type { DxNode } from './dxNode.ts';

/** A value of dx as JSON. */
export type DxData = Readonly<{
  /** the expression at the top; below it a member's, property's or element's name: `x`, `[0x3]` */
  readonly name: string;
  /** bytes from the start of the structure */
  readonly offset?: number;
  readonly type?: string;
  readonly value?: string;
  /** why there is no value */
  readonly error?: string;
  readonly children?: readonly DxData[];
  /** more children than are here */
  readonly more?: boolean;
}>;

/** The tree as JSON. */
export function dxData({ label, name, offset, value, type, children, missing, more }: DxNode): DxData {
  return {
    name: name ?? label,
    offset,
    type,
    ...(missing ? { error: value } : { value }),
    children: children.length > 0 ? children.map(dxData) : undefined,
    more,
  };
}

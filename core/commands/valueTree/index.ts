/** A value with what is below it, as dx shows it: the tree, its text, its JSON. */
export { dxData, type DxData } from './dxData.ts';
export type { DxNode } from './dxNode.ts';
export { printTree } from './printTree.ts';

import { type Output, type Part, span } from '../../output/index.ts';
import type { DxNode } from './dxNode.ts';

/** What dx pads names to. */
const NAME_WIDTH = 16;

/** Prints a tree as dx does: its head, then its members by level. */
export function printTree(node: DxNode, out: Output): void {
  // an object's line leaves room for a name that it does not have
  const head =
    node.children.length > 0
      ? `${node.label}${' '.repeat(NAME_WIDTH)} `
      : `${node.label.padEnd(NAME_WIDTH)} `;
  out.line(head, ...rest(node));
  printChildren(node, out, 1);
}

function printChildren(node: DxNode, out: Output, level: number): void {
  const indent = '    '.repeat(level);
  for (const child of node.children) {
    // what a pointer to a number points to has no name at all
    if (child.label === '') out.line(indent, child.value ?? '', typePart(child));
    else out.line(indent, ...headParts(child), ' ', ...rest(child));
    printChildren(child, out, level + 1);
  }
  if (node.more) out.line(indent, '[...]'.padEnd(NAME_WIDTH));
}

/** What stands before the colon; a click shows what is below. */
function headParts({ label, name, path, expands }: DxNode): Part[] {
  const text = name === undefined ? label : `${label} ${name}`;
  const width = name === undefined ? NAME_WIDTH : label.length + 1 + NAME_WIDTH;
  const command = expands && path !== undefined ? `dx -r1 ${path}` : undefined;
  return [span(text, undefined, command), ' '.repeat(Math.max(0, width - text.length))];
}

function rest(node: DxNode): Part[] {
  const { value, missing, action, help } = node;
  const words: Part[] = value === undefined ? [] : [': ', missing ? span(value, 'missing') : value];
  if (help !== undefined && value === undefined && node.children.length === 0) words.push(`[${help}]`);
  if (action) words.push(value === undefined ? '' : ' ', span(action.text, undefined, action.command));
  return [...words, typePart(node, words.length === 0 ? '' : ' ')];
}

function typePart({ type }: DxNode, before = ' '): Part {
  return type === undefined ? '' : span(`${before}[Type: ${type}]`, 'type');
}

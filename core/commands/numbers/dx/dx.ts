import { NotAvailable } from '../../../errors/index.ts';
import { type Output, type Part, span } from '../../../output/index.ts';
import { command, type Call } from '../../command.ts';
import { objectOf } from '../cppObject.ts';
import { parseDx } from './arguments.ts';
import { dxTree, type DxNode } from './dxTree.ts';

/** What dx pads names to. */
const NAME_WIDTH = 16;
/** Objects of the debugger's own model, which scripts and queries are made for. */
const OBJECT_MODEL = /^\s*(?:Debugger\b|@\$(?:cur(?:session|process|thread|frame|stack)|debugger)\b)/;

function run({ session, args }: Call): DxNode {
  const wanted = parseDx(args);
  if (OBJECT_MODEL.test(wanted.expression)) {
    throw new NotAvailable(
      "dx evaluates C++ expressions here (dx @$teb, dx -r2 *(app!Node*)0x1000): the debugger's object model is not there",
    );
  }
  const object = objectOf(session, session.evaluator.evaluateCpp(wanted.expression));
  return dxTree(session, object, wanted);
}

/** Prints a tree as dx does: its head, then its members by level. */
export function printDx(node: DxNode, out: Output): void {
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
    const name = child.name?.padEnd(NAME_WIDTH);
    const head = name === undefined ? child.label.padEnd(NAME_WIDTH) : `${child.label} ${name}`;
    // what a pointer to a number points to has no name at all
    if (child.label === '') out.line(indent, child.value ?? '', typePart(child));
    else out.line(indent, head, ' ', ...rest(child));
    printChildren(child, out, level + 1);
  }
  if (node.more) out.line(indent, '...');
}

function rest(node: DxNode): Part[] {
  const { value, missing } = node;
  const words = value === undefined ? [] : [': ', missing ? span(value, 'missing') : value];
  return [...words, typePart(node, value === undefined ? '' : ' ')];
}

function typePart({ type }: DxNode, before = ' '): Part {
  return type === undefined ? '' : span(`${before}[Type: ${type}]`, 'type');
}

/** What a node of the tree is as data. */
type DxData = Readonly<{
  readonly name: string;
  /** bytes from the beginning of the object it is in */
  readonly offset?: number;
  readonly type?: string;
  /** as text, as it is printed; absent where it is not in the dump */
  readonly value?: string;
  readonly children?: readonly DxData[];
}>;

/** The tree as JSON. */
export function dxData({ label, name, offset, value, type, children, missing }: DxNode): DxData {
  return {
    name: name ?? label,
    offset,
    type,
    value: missing ? undefined : value,
    children: children.length > 0 ? children.map(dxData) : undefined,
  };
}

export const dx = command<DxNode>({
  name: 'dx',
  tier: 'B',
  syntax: ['dx [-rN] [-n] Expression[,Format]'],
  summary: 'Shows a C++ expression with the members of its object, N levels of them.',
  options: [
    { flag: '-rN', meaning: 'levels of members, 1 unless said; -r0 none' },
    { flag: '-n', meaning: "members of the C++ library's objects in place of what they hold" },
    { flag: ',x ,d ,o ,b', meaning: 'numbers in hexadecimal, decimal, octal, binary' },
    { flag: ',N', meaning: 'so many elements behind a pointer or of a container' },
    { flag: ',!', meaning: 'as -n' },
  ],
  run,
  print: printDx,
  data: dxData,
});

import type { CppValue } from '../../eval/index.ts';
import type { NatvisChild } from './natvisChild.ts';
import type { NatvisExpression, NatvisNode, NatvisTemplate } from './natvisFile.ts';
import { chosen, evaluated, sizeOf } from './nodeValues.ts';
import type { ObjectScope } from './objectScope.ts';
import type { Visualization } from './visualization.ts';

/** Nodes of a list without a size, and of a tree. */
const MAX_NODES = 1_000_000;

type ValueNode = NatvisExpression & { readonly name?: NatvisTemplate };

/** `<LinkedListItems>`: the next pointer and the value are expressions of the node. */
export function* listItems(
  visualization: Visualization,
  node: NatvisNode & { kind: 'linked list' },
  scope: ObjectScope,
): Generator<NatvisChild> {
  const size = node.size.length > 0 ? sizeOf(visualization, node.size, scope) : MAX_NODES;
  if (size === undefined) return;
  const seen = new Set<bigint>();
  let at = follow(visualization, node, node.head, scope);
  for (let index = 0; index < size && at; index++) {
    const address = at.place?.address ?? 0n;
    if (seen.has(address)) return;
    seen.add(address);
    const inNode = scope.within(at);
    yield* valueOf(visualization, node.values, inNode, index);
    at = follow(visualization, node, node.next, inNode);
  }
}

/** `<TreeItems>`: in order, left before right. A value node whose condition fails is the tree's way to say nothing. */
export function* treeItems(
  visualization: Visualization,
  node: NatvisNode & { kind: 'tree' },
  scope: ObjectScope,
): Generator<NatvisChild> {
  const size = node.size.length > 0 ? sizeOf(visualization, node.size, scope) : MAX_NODES;
  if (size === undefined) return;
  const seen = new Set<bigint>();
  const above: ObjectScope[] = [];
  let at = enter(follow(visualization, node, node.head, scope));
  let index = 0;
  function enter(value: CppValue | undefined): ObjectScope | undefined {
    const address = value?.place?.address;
    if (!value || address === undefined || seen.has(address) || seen.size >= MAX_NODES) return undefined;
    const inNode = scope.within(value);
    if (node.values.length > 0 && !chosen(visualization, node.values, inNode)) return undefined;
    seen.add(address);
    return inNode;
  }
  while (index < size && (at || above.length > 0)) {
    while (at) {
      above.push(at);
      at = enter(follow(visualization, node, node.left, at));
    }
    const inNode = above.pop();
    if (!inNode) return;
    yield* valueOf(visualization, node.values, inNode, index++);
    at = enter(follow(visualization, node, node.right, inNode));
  }
}

/** What a pointer of a node leads to; undefined at the end, and where it cannot be read, which is reported. */
function follow(
  visualization: Visualization,
  node: NatvisNode,
  expression: string,
  scope: ObjectScope,
): CppValue | undefined {
  return visualization.guarded(node, expression, () => scope.pointed(expression));
}

/** The value of a node: an expression of it, or the node itself. */
function* valueOf(
  visualization: Visualization,
  nodes: readonly ValueNode[],
  scope: ObjectScope,
  index: number,
): Generator<NatvisChild> {
  const node = chosen(visualization, nodes, scope);
  const itself = !node || node.expression === '' || node.expression === 'this';
  const found = itself ? { value: scope.self, format: {} } : evaluated(visualization, node, scope);
  if (!found) return;
  const name = node?.name ? visualization.filled(node, node.name, scope) : undefined;
  yield { kind: 'value', name: name ?? `[${index}]`, ...found, element: true };
}

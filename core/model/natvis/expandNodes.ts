import { arrayItems, indexedItems } from './arrayItems.ts';
import { customItems } from './customItems.ts';
import { listItems, treeItems } from './linkedItems.ts';
import type { NatvisChild } from './natvisChild.ts';
import type { NatvisNode } from './natvisFile.ts';
import { evaluated } from './nodeValues.ts';
import type { ObjectScope } from './objectScope.ts';
import type { Visualization } from './visualization.ts';

/** The children that the nodes of an `<Expand>` give, in order. What fails is reported and left out. */
export function* expandNodes(
  visualization: Visualization,
  nodes: readonly NatvisNode[],
  scope: ObjectScope,
): Generator<NatvisChild> {
  for (const node of nodes) {
    if (!visualization.counts(node, scope)) continue;
    switch (node.kind) {
      case 'item': {
        const found = evaluated(visualization, node, scope);
        const name = visualization.filled(node, node.name, scope);
        if (found && name !== undefined) yield { kind: 'value', name, ...found, element: false };
        break;
      }
      case 'expanded': {
        const found = evaluated(visualization, node, scope);
        if (found) yield { kind: 'expanded', ...found };
        break;
      }
      case 'synthetic': {
        const name = visualization.filled(node, node.name, scope);
        if (name === undefined) break;
        const text = visualization.displayOf(node.displays, scope);
        const inner = node.expand?.nodes ?? [];
        yield {
          kind: 'synthetic',
          name,
          ...(text !== undefined && { text }),
          children: () => expandNodes(visualization, inner, scope),
        };
        break;
      }
      case 'array':
        yield* arrayItems(visualization, node, scope);
        break;
      case 'index list':
        yield* indexedItems(visualization, node, scope);
        break;
      case 'linked list':
        yield* listItems(visualization, node, scope);
        break;
      case 'tree':
        yield* treeItems(visualization, node, scope);
        break;
      case 'custom list':
        yield* customItems(visualization, node, scope);
        break;
    }
  }
}

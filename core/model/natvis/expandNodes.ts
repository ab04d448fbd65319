import type { CppValue } from '../../eval/index.ts';
import type { Format } from '../format.ts';
import { arrayItems, indexedItems } from './arrayItems.ts';
import { customItems } from './customItems.ts';
import { listItems, treeItems } from './linkedItems.ts';
import type { NatvisExpression, NatvisNode } from './natvisFile.ts';
import type { ObjectScope } from './objectScope.ts';
import type { Visualization } from './visualization.ts';

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

/** The value of an expression; undefined where it fails, which is reported. */
export function evaluated(
  visualization: Visualization,
  node: NatvisExpression,
  scope: ObjectScope,
): { readonly value: CppValue; readonly format: Format } | undefined {
  return visualization.guarded(node, node.expression, () => scope.evaluate(node.expression));
}

/** The first of several expressions whose condition holds. */
export function chosen<T extends NatvisExpression>(
  visualization: Visualization,
  nodes: readonly T[],
  scope: ObjectScope,
): T | undefined {
  return nodes.find((node) => visualization.counts(node, scope));
}

/** Elements of a container at most: what is damaged may say more. */
const MAX_SIZE = 10_000_000;

/** The size that a container says it has; undefined where it says none or its expression fails. */
export function sizeOf(
  visualization: Visualization,
  sizes: readonly NatvisExpression[],
  scope: ObjectScope,
): number | undefined {
  const node = chosen(visualization, sizes, scope);
  const size = node && visualization.guarded(node, node.expression, () => scope.number(node.expression));
  if (size === undefined) return undefined;
  return size <= 0n ? 0 : Number(size < BigInt(MAX_SIZE) ? size : BigInt(MAX_SIZE));
}

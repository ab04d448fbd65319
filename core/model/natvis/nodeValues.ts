import type { CppValue } from '../../eval/index.ts';
import type { Format } from '../format.ts';
import type { NatvisExpression } from './natvisFile.ts';
import type { ObjectScope } from './objectScope.ts';
import type { Visualization } from './visualization.ts';

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

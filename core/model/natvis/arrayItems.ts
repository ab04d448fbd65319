import { INT, type CppNode, type CppValue } from '../../eval/index.ts';
import { unmodified } from '../../types/index.ts';
import type { NatvisChild } from './natvisChild.ts';
import type { NatvisNode } from './natvisFile.ts';
import { chosen, evaluated, sizeOf } from './nodeValues.ts';
import type { ObjectScope } from './objectScope.ts';
import type { Visualization } from './visualization.ts';

/** Dimensions of an array. */
const MAX_RANK = 8;
const AT_START: CppNode & { kind: 'number' } = { kind: 'number', value: 0n, type: INT, at: 0 };

/** `$i` in an expression. */
function indexed(scope: ObjectScope, index: number): ObjectScope {
  return scope.with(new Map<string, CppValue>([['$i', { type: INT, scalar: BigInt(index) }]]));
}

/** `<ArrayItems>`: elements that lie one behind the other, of one or more dimensions. */
export function* arrayItems(
  visualization: Visualization,
  node: NatvisNode & { kind: 'array' },
  scope: ObjectScope,
): Generator<NatvisChild> {
  const rank = wholeOr(visualization, node, node.rank, scope, 1);
  const dimensions: { readonly size: number; readonly lower: number }[] = [];
  for (let i = 0; i < Math.min(Math.max(rank, 1), MAX_RANK); i++) {
    const at = indexed(scope, i);
    const size = sizeOf(visualization, node.size, at);
    if (size === undefined) return;
    dimensions.push({ size, lower: wholeOr(visualization, node, node.lowerBound, at, 0) });
  }
  const pointerNode = chosen(visualization, node.pointer, scope);
  const pointer = pointerNode && evaluated(visualization, pointerNode, scope);
  if (!pointerNode || !pointer) return;
  const first = visualization.guarded(node, pointerNode.expression, () =>
    scope.cpp('').operations.decayed(pointer.value, AT_START),
  );
  const t = first && unmodified(first.type);
  if (t?.kind !== 'pointer' || typeof first?.scalar !== 'bigint' || first.scalar === 0n) return;
  const { operations } = scope.cpp('');
  const { module } = first;
  const step = BigInt(operations.bytesOf(t.target, module) || 1);
  const total = dimensions.reduce((product, { size }) => product * size, 1);
  for (let i = 0; i < total; i++) {
    const address = operations.address(first.scalar + BigInt(i) * step);
    const value: CppValue = { type: t.target, place: { address, memory: scope.host.memory }, module };
    yield {
      kind: 'value',
      name: `[${indexes(i, dimensions, node.forward)}]`,
      value,
      format: pointer.format,
      element: true,
    };
  }
}

/** An element's index in each dimension: forward, the last counts fastest. */
function indexes(
  element: number,
  dimensions: readonly { readonly size: number; readonly lower: number }[],
  forward: boolean,
): string {
  const order = forward ? [...dimensions.keys()].reverse() : [...dimensions.keys()];
  const found: number[] = dimensions.map(() => 0);
  let rest = element;
  for (const i of order) {
    const { size = 1, lower = 0 } = dimensions[i] ?? {};
    found[i] = lower + (rest % size);
    rest = Math.floor(rest / size);
  }
  return found.join(', ');
}

/** `<IndexListItems>`: elements by an expression of the index. */
export function* indexedItems(
  visualization: Visualization,
  node: NatvisNode & { kind: 'index list' },
  scope: ObjectScope,
): Generator<NatvisChild> {
  const size = sizeOf(visualization, node.size, scope) ?? 0;
  for (let i = 0; i < size; i++) {
    const at = indexed(scope, i);
    const value = chosen(visualization, node.values, at);
    const found = value && evaluated(visualization, value, at);
    if (!found) return;
    yield { kind: 'value', name: `[${i}]`, ...found, element: true };
  }
}

function wholeOr(
  visualization: Visualization,
  node: NatvisNode,
  expression: string | undefined,
  scope: ObjectScope,
  otherwise: number,
): number {
  if (expression === undefined) return otherwise;
  const found = visualization.guarded(node, expression, () => scope.number(expression));
  return found === undefined ? otherwise : Number(BigInt.asIntN(48, found));
}

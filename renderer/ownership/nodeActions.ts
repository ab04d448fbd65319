import type { Ownership } from '../../core/protocol/pictures.ts';
import type { NodeDraft } from './ownershipNodes.ts';

/** Where a node leads. */
export interface NodeAction {
  readonly title: string;
  readonly to: 'heap' | 'memory' | 'module';
  readonly address: bigint;
}

/** Where a node leads: the first is what a click on the selected node and Enter do. */
export function nodeActions(model: Ownership, { kind, members }: NodeDraft): NodeAction[] {
  const [first = -1] = members;
  if (kind === 'heap') {
    const address = model.heaps[first]?.heap;
    return address === undefined ? [] : [mapOf(address, 'Map of the heap'), memoryAt(address)];
  }
  if (kind === 'module') {
    const address = model.modules[first]?.base;
    return address === undefined ? [] : [moduleAt(address, 'Details of the module'), memoryAt(address)];
  }
  if (kind !== 'runtime') return [];
  const runtime = model.runtimes[first];
  const base = model.modules.find((m) => m.name === runtime?.module)?.base;
  return [
    ...(runtime?.heap === undefined ? [] : [mapOf(runtime.heap, 'Map of its heap')]),
    ...(base === undefined ? [] : [moduleAt(base, 'Details of its module')]),
  ];
}

const mapOf = (address: bigint, title: string): NodeAction => ({ title, to: 'heap', address });
const moduleAt = (address: bigint, title: string): NodeAction => ({ title, to: 'module', address });
const memoryAt = (address: bigint): NodeAction => ({ title: 'Memory', to: 'memory', address });

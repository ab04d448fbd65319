import type { Ownership, OwnershipFlow } from '../../core/protocol/pictures.ts';
import { heapId, type NodeDraft, UNTOLD } from './ownershipNodes.ts';

/** What flows from one node to the next; undefined where blocks do not say how much. */
export interface OwnershipLink {
  readonly from: string;
  readonly to: string;
  readonly bytes: number | undefined;
  readonly blocks: number | undefined;
}

/** Module to runtime and runtime to heap, flows of one pair together. */
export function ownershipLinks(model: Ownership, nodes: readonly NodeDraft[]): OwnershipLink[] {
  const nodeOfModule = new Map<number, string>();
  for (const { kind, members, id } of nodes) {
    if (kind === 'module' || kind === 'group') for (const i of members) nodeOfModule.set(i, id);
  }
  const links = new Map<string, OwnershipLink>();
  const add = (from: string, to: string, { bytes, blocks }: OwnershipFlow): void => {
    const key = `${from}>${to}`;
    const known = links.get(key);
    if (!known) links.set(key, { from, to, bytes, blocks });
    else if (bytes !== undefined)
      links.set(key, {
        ...known,
        bytes: (known.bytes ?? 0) + bytes,
        blocks: (known.blocks ?? 0) + (blocks ?? 0),
      });
  };
  for (const flow of model.flows) {
    const runtime = `runtime ${flow.runtime}`;
    const untold = flow.bytes === undefined ? undefined : UNTOLD;
    const from = flow.module === undefined ? untold : nodeOfModule.get(flow.module);
    if (from) add(from, runtime, flow);
    if (flow.heap !== undefined) add(runtime, heapId(flow.heap), flow);
  }
  return [...links.values()];
}

/** The links that end at a node, by side. */
export class NodeLinks {
  private readonly ends = new Map<string, { in: OwnershipLink[]; out: OwnershipLink[] }>();

  constructor(links: readonly OwnershipLink[]) {
    for (const link of links) {
      this.of(link.from).out.push(link);
      this.of(link.to).in.push(link);
    }
  }

  of(id: string): { readonly in: OwnershipLink[]; readonly out: OwnershipLink[] } {
    let found = this.ends.get(id);
    if (!found) this.ends.set(id, (found = { in: [], out: [] }));
    return found;
  }

  /** What a measure of links sums up to on the side of a node that has more. */
  most(id: string, measure: (link: OwnershipLink) => number): number {
    const side = (own: readonly OwnershipLink[]): number => own.reduce((sum, l) => sum + measure(l), 0);
    const ends = this.of(id);
    return Math.max(side(ends.in), side(ends.out));
  }
}

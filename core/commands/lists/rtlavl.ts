import { hexAddress } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import { formatAddress, span } from '../../output/index.ts';
import { type Address, readPointer, readStruct, tryRead } from '../../target/index.ts';
import { command, type Call } from '../command.ts';

/** Nodes that are shown at most. */
const MAX_NODES = 100_000;

interface AvlModel {
  readonly nodes: readonly Address[];
  readonly count: number;
  readonly damaged: boolean;
  readonly type?: string;
  readonly pointerSize: 4 | 8;
}

/**
 * RTL_AVL_TABLE (ntddk.h): BalancedRoot, an RTL_BALANCED_LINKS of Parent, LeftChild, RightChild, Balance and three bytes
 * reserved; OrderedPointer, WhichOrderedElement, NumberGenericTableElements. The root is BalancedRoot's right child, and
 * user data follows the links of each node.
 */
export const rtlavl = command<AvlModel>({
  name: '!rtlavl',
  tier: 'C',
  syntax: ['!rtlavl Address [Module!Type]'],
  summary: 'Shows the elements of an RTL_AVL_TABLE in their order, by a type where one is given.',
  run: (call) => walk(call),
  async print({ nodes, count, damaged, type, pointerSize }, out, { execute, pace }) {
    for (const node of nodes) {
      const data = node + BigInt(linksSize(pointerSize));
      out.line(
        'node ',
        span(formatAddress(node, pointerSize), 'address'),
        ` data ${formatAddress(data, pointerSize)}`,
      );
      if (type !== undefined) await execute(`dt ${type} 0x${data.toString(16)}`, out);
      pace.throwIfCancelled();
    }
    out.line(`${nodes.length} elements found, NumberGenericTableElements is ${count}`);
    if (damaged) out.line(span('The tree is damaged or not all of it is in the dump', 'warning'));
  },
  data: ({ nodes, count, damaged }) => ({ nodes: nodes.map(hexAddress), count, damaged }),
});

function linksSize(pointerSize: 4 | 8): number {
  return 4 * pointerSize;
}

async function walk({ session, args, pace }: Call): Promise<AvlModel> {
  const [, address = '', type] = /^(\S+)(?:\s+(.+))?$/.exec(args) ?? [];
  if (address === '') throw new UsageError('!rtlavl wants the address of an RTL_AVL_TABLE');
  const { pointerSize } = session.machine;
  const { memory } = session.target;
  const table = session.evaluator.address(address);
  const count = readStruct(memory, table + BigInt(linksSize(pointerSize) + pointerSize + 4), 4).u32(0);
  const child = (node: Address, slot: 1 | 2): Address | undefined =>
    tryRead(() => readPointer(memory, node + BigInt(slot * pointerSize), pointerSize));
  const nodes: Address[] = [];
  const seen = new Set<Address>();
  const path: Address[] = [];
  let damaged = false;
  let at = child(table, 2);
  while (at !== undefined && (at !== 0n || path.length > 0)) {
    if (at !== 0n) {
      if (seen.has(at) || nodes.length + path.length >= MAX_NODES) {
        damaged = true;
        break;
      }
      seen.add(at);
      path.push(at);
      at = child(at, 1);
    } else {
      const node = path.pop() ?? 0n;
      nodes.push(node);
      at = child(node, 2);
    }
    if (at === undefined) damaged = true;
    if (pace.due()) await pace.rest({ done: nodes.length, what: 'nodes' });
  }
  return { nodes, count, damaged, type, pointerSize };
}

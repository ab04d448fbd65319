/** dt -l: the structures of a linked list, one after another. */
import { MemoryUnreadable, UsageError } from '../../errors/index.ts';
import { type Address, readPointer } from '../../target/index.ts';
import { findField, placedMembers, recordOf, type RecordType, type ValueSource } from '../../types/index.ts';
import { unmodified } from '../../types/index.ts';
import type { Pace } from '../pace.ts';

/** Nodes shown of one list: a damaged list may lead through the whole address space. */
const NODE_LIMIT = 100_000;

export interface WalkedList<V> {
  readonly nodes: readonly { readonly address: Address; readonly view: V }[];
  /** why it ended early */
  readonly end?: string;
}

/**
 * Follows `path` from the structure at `start` until a null pointer, the first node again, or what is not in the dump.
 * A link within a `_LIST_ENTRY` points to the next one's `_LIST_ENTRY`: the structure around it starts before.
 */
export async function walkList<V>(
  source: ValueSource,
  record: RecordType,
  start: Address,
  path: string,
  view: (address: Address) => V,
  pace: Pace,
  limit = NODE_LIMIT,
): Promise<WalkedList<V>> {
  const link = linkOf(record, path);
  const nodes: { address: Address; view: V }[] = [];
  const seen = new Set<Address>();
  let address = start;
  while (!seen.has(address)) {
    if (nodes.length >= limit) return { nodes, end: `more than ${limit} elements` };
    seen.add(address);
    nodes.push({ address, view: view(address) });
    if (pace.due()) await pace.rest({ done: nodes.length, what: 'list elements' });
    let next: Address;
    try {
      next = readPointer(source.memory, address + BigInt(link.offset), source.pointerSize);
    } catch (e) {
      if (e instanceof MemoryUnreadable) return { nodes };
      throw e;
    }
    if (next === 0n) return { nodes };
    address = BigInt.asUintN(source.pointerSize * 8, next - BigInt(link.back));
  }
  // back at the start is the end of a ring; anywhere else the list is damaged
  return address === start
    ? { nodes }
    : { nodes, end: `the list runs into itself at 0x${address.toString(16)}` };
}

/** Where the link lies, and how far before its target the next structure starts. */
function linkOf(record: RecordType, path: string): { readonly offset: number; readonly back: number } {
  const names = path
    .replace(/->/g, '.')
    .split('.')
    .filter((name) => name !== '');
  let around: RecordType = record;
  let offset = 0;
  let back = 0;
  for (const name of names) {
    const member = placedMembers(around).find(
      (m) => m.kind === 'field' && m.name.toLowerCase() === name.toLowerCase(),
    );
    if (member?.kind !== 'field')
      throw new UsageError(`dt: ${around.name} has no field ${name} (-l ${path})`);
    offset += member.offset;
    const inner = recordOf(member.type);
    if (!inner) {
      const t = unmodified(member.type);
      const target = t.kind === 'pointer' ? recordOf(t.target) : undefined;
      // a link to a part of the structure, and not to the whole of it
      return { offset, back: target?.name === around.name && target.name !== record.name ? back : 0 };
    }
    around = inner;
    back = offset;
  }
  // the link structure itself: its forward link
  const flink = findField(around, 'Flink') ?? findField(around, 'Next');
  if (!flink) throw new UsageError(`dt: ${path} of ${record.name} is no link`);
  return { offset: offset + flink.offset, back: around.name === record.name ? 0 : offset };
}

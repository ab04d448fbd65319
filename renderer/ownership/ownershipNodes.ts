/** What the picture has bars for: modules, or groups of them, runtimes and heaps. */
import type { Ownership, OwnershipHeap, OwnershipModule } from '../../core/protocol/pictures.ts';
import { addressText } from '../picture/addressText.ts';

/** Modules that share their runtimes are drawn as one from this many on, in a process of many. */
const GROUP_FROM = 4;
const MANY_MODULES = 12;

export type NodeKind = 'module' | 'group' | 'untold' | 'runtime' | 'heap';

export interface NodeDraft {
  /** `module 3`, `modules 1 2`, `untold`, `runtime 1`, `heap 340000` */
  readonly id: string;
  readonly kind: NodeKind;
  readonly label: string;
  /** stands behind the label where there is room */
  readonly more?: string;
  readonly detail: string;
  /** indices in the model's list of that kind */
  readonly members: readonly number[];
  readonly column: 0 | 1 | 2;
  /** busy bytes that are known of itself; else those of its ribbons count */
  readonly bytes?: number;
}

export const UNTOLD = 'untold';

/** Bars of a model, from the top of the left column to the bottom of the right one. */
export function ownershipNodes(model: Ownership): NodeDraft[] {
  return [...moduleNodes(model), ...runtimeNodes(model), ...heapNodes(model)];
}

function moduleNodes({ modules, flows }: Ownership): NodeDraft[] {
  const grouped = new Map<string, number[]>();
  const told = new Set(flows.filter((f) => f.bytes !== undefined).map((f) => f.module));
  modules.forEach((m, i) => {
    // a module whose bytes are known has a ribbon of its own
    const key = told.has(i) ? `own ${i}` : m.runtimes.join(' ') || m.runtimeName || 'unknown';
    const known = grouped.get(key);
    if (known) known.push(i);
    else grouped.set(key, [i]);
  });
  const nodes: NodeDraft[] = [];
  for (const members of grouped.values()) {
    if (members.length >= GROUP_FROM && modules.length > MANY_MODULES)
      nodes.push(groupNode(modules, members));
    else for (const i of members) nodes.push(...moduleNode(modules[i], i));
  }
  if (flows.some((f) => f.module === undefined && f.bytes !== undefined)) nodes.push(UNTOLD_NODE);
  return nodes;
}

const UNTOLD_NODE: NodeDraft = {
  id: UNTOLD,
  kind: 'untold',
  label: 'not told',
  detail: 'blocks that do not say which module asked for them: only a debug runtime notes the source file',
  members: [],
  column: 0,
};

function groupNode(modules: readonly OwnershipModule[], members: readonly number[]): NodeDraft {
  const names = members.map((i) => modules[i]?.name ?? '');
  const first = modules[members[0] ?? 0];
  const isUnknown = first?.linkage === 'unknown';
  return {
    id: `modules ${members.join(' ')}`,
    kind: 'group',
    label: `${names[0] ?? ''} and ${members.length - 1} more`,
    detail: `${isUnknown ? `which runtime they use is not known: ${first.notes[0] ?? ''}: ` : ''}${names.join(', ')}`,
    members,
    column: 0,
  };
}

function moduleNode(module: OwnershipModule | undefined, i: number): NodeDraft[] {
  if (!module) return [];
  const { name, linkage, runtimeName, toolset, evidence, notes } = module;
  const why = linkage === 'unknown' ? notes.slice(0, 1) : evidence.slice(0, 2);
  const link = linkage === 'unknown' ? 'which runtime it uses is not known' : linkage;
  const detail = [link, runtimeName, toolset, ...why].filter((t) => t).join(' · ');
  return [{ id: `module ${i}`, kind: 'module', label: name, detail, members: [i], column: 0 }];
}

function runtimeNodes({ runtimes }: Ownership): NodeDraft[] {
  return runtimes.map(({ id, name, module, form, label, heap }, i) => ({
    id: `runtime ${id}`,
    kind: 'runtime',
    // one that is linked in is called by its module: there is room for no more
    label: `[${id}] ${form === 'static' ? `in ${module}` : name}`,
    detail: heap === undefined ? `${label} · which heap it uses is not known` : label,
    members: [i],
    column: 1,
  }));
}

function heapNodes(model: Ownership): NodeDraft[] {
  return model.heaps.map((h, i) => ({
    id: heapId(h.heap),
    kind: 'heap',
    // the upper half of most addresses says nothing, and there is little room
    label: addressText(h.heap, 32),
    more: h.isProcessHeap ? 'process' : undefined,
    detail: heapDetail(model, h),
    members: [i],
    column: 2,
    bytes: h.busyBytes,
  }));
}

export function heapId(heap: bigint): string {
  return `heap ${heap.toString(16)}`;
}

export function heapDetail(model: Ownership, h: OwnershipHeap): string {
  const busy = `${(h.busyBlocks ?? 0).toLocaleString('en-US')} busy blocks, ${(h.busyBytes ?? 0).toLocaleString('en-US')} bytes`;
  return [
    h.index === undefined ? 'not in the list of heaps' : `heap ${h.index}`,
    h.isProcessHeap ? 'the process heap' : '',
    h.busyBytes === undefined ? '' : busy,
    h.users.length === 0 ? whyUnused(model, h) : '',
    h.problem ?? '',
  ]
    .filter((t) => t !== '')
    .join(' · ');
}

/** Why no ribbon ends at a heap. */
export function whyUnused({ modules, runtimes }: Ownership, { isProcessHeap }: OwnershipHeap): string {
  const isWhole =
    modules.every((m) => m.linkage !== 'unknown') && runtimes.every((r) => r.heap !== undefined);
  const who = isProcessHeap
    ? 'Windows itself, and programs that call HeapAlloc or LocalAlloc, use it'
    : 'whoever made it by HeapCreate uses it directly';
  return `${isWhole ? 'no C runtime allocates from it' : 'no C runtime that is known allocates from it'}: ${who}`;
}

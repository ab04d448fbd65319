import type { Ownership, OwnershipHeap, OwnershipModule } from '../../core/protocol/pictures.ts';
import { addressText, addressWidth } from '../picture/addressText.ts';
import type { TableColumn } from '../picture/tableColumn.ts';
import { whyUnused } from './ownershipNodes.ts';

interface ModuleRow {
  readonly module: OwnershipModule;
  readonly index: number;
}

const count = (value: number | undefined): string => value?.toLocaleString('en-US') ?? '';

export function moduleColumns(
  model: Ownership,
  onOpenHeap: (heap: bigint, beside: boolean) => void,
): TableColumn<ModuleRow>[] {
  const { runtimes, flows, pointerSize } = model;
  const bits = pointerSize === 4 ? 32 : 64;
  const runtimesOf = ({ module }: ModuleRow) => runtimes.filter((r) => module.runtimes.includes(r.id));
  const runtimeText = (row: ModuleRow): string =>
    runtimesOf(row)
      .map((r) => `[${r.id}] ${r.label}`)
      .join('; ') ||
    (row.module.runtimeName ?? 'not known');
  const bytes = new Map<number, number>();
  for (const flow of flows) {
    if (flow.module === undefined || flow.bytes === undefined) continue;
    bytes.set(flow.module, (bytes.get(flow.module) ?? 0) + flow.bytes);
  }
  const whyText = ({ module }: ModuleRow): string => [...module.evidence, ...module.notes].join('\n');
  return [
    {
      key: 'module',
      title: 'Module',
      meaning: 'Opens its details',
      width: 14,
      grow: 1,
      cell: ({ module }) => (
        <button type="button" tabIndex={-1} className="link kind-module">
          {module.name}
        </button>
      ),
      text: ({ module }) => module.name,
    },
    {
      key: 'linked',
      title: 'Linked',
      meaning: 'How the C runtime is linked: dynamic, static, or itself where it is the runtime',
      width: 8,
      cell: ({ module }) => module.linkage,
    },
    { key: 'runtime', title: 'Runtime', width: 22, grow: 2, cell: runtimeText, text: runtimeText },
    {
      key: 'heap',
      title: 'Heap',
      meaning: 'The heap of its runtime; opens its map',
      width: addressWidth(bits) + 2,
      mono: true,
      cell: (row) => {
        const heap = runtimesOf(row)[0]?.heap;
        if (heap === undefined) return row.module.runtimes.length > 0 ? '?' : '';
        return (
          <button
            type="button"
            tabIndex={-1}
            className="link mono"
            onClick={(event) => {
              event.stopPropagation();
              onOpenHeap(heap, event.ctrlKey);
            }}
          >
            {addressText(heap, bits)}
          </button>
        );
      },
    },
    {
      key: 'bytes',
      title: 'Busy bytes',
      meaning:
        'Of blocks that say that they are its own: those of debug runtimes, and of a heap that it has alone',
      width: 11,
      right: true,
      mono: true,
      cell: ({ index }) => (bytes.has(index) ? count(bytes.get(index)) : 'not told'),
    },
    {
      key: 'evidence',
      title: 'Evidence',
      width: 20,
      grow: 3,
      cell: ({ module }) => module.evidence[0] ?? module.notes[0] ?? '',
      text: whyText,
    },
  ];
}

export function heapColumns(model: Ownership): TableColumn<OwnershipHeap>[] {
  const bits = model.pointerSize === 4 ? 32 : 64;
  const names = new Map(model.runtimes.map((r) => [r.id, `[${r.id}] ${r.label}`]));
  const usersText = (h: OwnershipHeap): string =>
    h.problem ??
    (h.users.length > 0 ? h.users.map((id) => names.get(id) ?? '').join('; ') : whyUnused(model, h));
  return [
    {
      key: 'heap',
      title: 'Heap',
      meaning: 'Opens its map',
      width: addressWidth(bits) + 2,
      mono: true,
      cell: (h) => (
        <button type="button" tabIndex={-1} className="link mono">
          {addressText(h.heap, bits)}
        </button>
      ),
    },
    {
      key: 'index',
      title: '#',
      meaning: 'The number that !heap gives it',
      width: 4,
      right: true,
      mono: true,
      cell: (h) => count(h.index),
    },
    {
      key: 'process',
      title: 'Process heap',
      meaning: 'Whether GetProcessHeap gives it',
      width: 11,
      cell: (h) => (h.isProcessHeap ? 'yes' : ''),
    },
    {
      key: 'blocks',
      title: 'Busy',
      meaning: 'Blocks that the program holds',
      width: 9,
      right: true,
      mono: true,
      cell: (h) => count(h.busyBlocks),
    },
    {
      key: 'bytes',
      title: 'Busy bytes',
      width: 13,
      right: true,
      mono: true,
      cell: (h) => count(h.busyBytes),
    },
    {
      key: 'users',
      title: 'Used by',
      meaning: 'C runtimes that allocate from it, or why none does',
      width: 24,
      grow: 1,
      cell: (h) =>
        h.problem === undefined ? usersText(h) : <span className="kind-missing">{h.problem}</span>,
      text: usersText,
    },
  ];
}

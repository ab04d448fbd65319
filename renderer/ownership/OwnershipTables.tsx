import { useMemo, useState } from 'react';
import type { Ownership, OwnershipHeap, OwnershipModule } from '../../core/protocol/pictures.ts';
import { VirtualTable } from '../picture/VirtualTable.tsx';
import type { WindowPoint } from '../picture/PictureCanvas.tsx';
import { heapColumns, moduleColumns } from './ownershipColumns.tsx';

interface OwnershipTableProps {
  readonly model: Ownership;
  onOpenHeap(heap: bigint, beside: boolean): void;
  onOpenModule(base: bigint): void;
  onMenu?(address: bigint, place: WindowPoint): void;
}

/** What the left of the picture shows, as a table: a module with its runtime, that runtime's heap, and bytes. */
export function ModuleTable({ model, onOpenHeap, onOpenModule, onMenu }: OwnershipTableProps) {
  const [selected, setSelected] = useState(-1);
  const columns = useMemo(() => moduleColumns(model, onOpenHeap), [model, onOpenHeap]);
  const { modules } = model;
  const withModule = (i: number, act: (module: OwnershipModule) => void): void => {
    const module = modules[i];
    if (module) act(module);
  };
  return (
    <VirtualTable
      label="Modules and their C runtimes"
      columns={columns}
      count={modules.length}
      selected={selected}
      empty="No module is known to have a C runtime."
      row={(i) => ({ module: modules[i] ?? NO_MODULE, index: i })}
      onSelect={setSelected}
      onOpen={(i) => withModule(i, (m) => onOpenModule(m.base))}
      onMenu={onMenu && ((i, place) => withModule(i, (m) => onMenu(m.base, place)))}
    />
  );
}

/** What the right of the picture shows: each heap, who allocates from it, and why nobody does. */
export function HeapTable({ model, onOpenHeap, onMenu }: OwnershipTableProps) {
  const [selected, setSelected] = useState(-1);
  const columns = useMemo(() => heapColumns(model), [model]);
  const { heaps } = model;
  const withHeap = (i: number, act: (heap: OwnershipHeap) => void): void => {
    const heap = heaps[i];
    if (heap) act(heap);
  };
  return (
    <VirtualTable
      label="Heaps and who allocates from them"
      columns={columns}
      count={heaps.length}
      selected={selected}
      empty="The dump does not say which heaps the process has: it holds neither the PEB nor heaps."
      row={(i) => heaps[i] ?? NO_HEAP}
      onSelect={setSelected}
      onOpen={(i, beside) => withHeap(i, (h) => onOpenHeap(h.heap, beside))}
      onMenu={onMenu && ((i, place) => withHeap(i, (h) => onMenu(h.heap, place)))}
    />
  );
}

const NO_MODULE: OwnershipModule = {
  name: '',
  base: 0n,
  runtimes: [],
  linkage: '',
  evidence: [],
  notes: [],
};
const NO_HEAP: OwnershipHeap = { heap: 0n, isProcessHeap: false, users: [] };

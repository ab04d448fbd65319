import { useMemo } from 'react';
import type { HeapsModel } from '../../core/protocol/index.ts';
import { useNavigate } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { PaneNote, PaneState } from '../parts/PaneState.tsx';
import { heapColumns, heapTotals } from './heapColumns.tsx';
import './panes.css';

/** All heaps with what they are together; choosing one opens its map. */
export function HeapsPane() {
  const asked = useModel('heaps', {}, 'reload');
  return (
    <PaneState asked={asked} what="heaps">
      {(model) => <HeapList model={model} />}
    </PaneState>
  );
}

function HeapList({ model: { heaps, note } }: { readonly model: HeapsModel }) {
  const navigate = useNavigate();
  const columns = useMemo(() => heapColumns(heaps), [heaps]);
  return (
    <div className="pane-column">
      {note !== undefined && <PaneNote>{note}</PaneNote>}
      {heaps.length > 0 && (
        <>
          <div className="pane-rest">
            <DataTable
              label="Heaps"
              rows={heaps}
              columns={columns}
              rowKey={(h) => `${h.machine} ${h.address}`}
              onOpen={(h, { ctrlKey }) => navigate.heap(h.address, { beside: ctrlKey })}
            />
          </div>
          <p className="pane-total">{heapTotals(heaps)}</p>
        </>
      )}
    </div>
  );
}

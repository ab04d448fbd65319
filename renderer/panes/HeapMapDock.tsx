import { useEffect, useState } from 'react';
import { saveBlob } from '../client/saveBlob.ts';
import { useNavigate, usePanel } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { HeapMapPane } from '../heapMap/HeapMapPane.tsx';
import { PaneNote, PaneState } from '../parts/PaneState.tsx';

/** The map of one heap: the one that was chosen, else the first that the dump holds. */
export function HeapMapDock({ heap }: { readonly heap?: bigint }) {
  const heaps = useModel('heaps', heap === undefined ? {} : undefined, 'reload');
  if (heap !== undefined) return <HeapOf heap={heap} />;
  return (
    <PaneState asked={heaps} what="heaps">
      {({ heaps: all, note }) => {
        const first = all.find((h) => h.processHeap && h.busyBlocks) ?? all.find((h) => h.busyBlocks);
        return first ? (
          <HeapOf heap={first.address} />
        ) : (
          <PaneNote>{note ?? 'No heap of this dump has blocks that can be walked.'}</PaneNote>
        );
      }}
    </PaneState>
  );
}

function HeapOf({ heap }: { readonly heap: bigint }) {
  const navigate = useNavigate();
  const panel = usePanel();
  useEffect(() => panel.setPlace(`0x${heap.toString(16)}`), [panel, heap]);
  const [needs, setNeeds] = useState<{ owners?: true; classes?: true }>({});
  const map = useModel('heapMap', { heap }, 'reload');
  const owners = useModel('heapOwners', needs.owners && { heap }, 'reload');
  const classes = useModel('heapClasses', needs.classes && { heap }, 'reload');
  return (
    <PaneState asked={map} what={`heap ${heap.toString(16)}`}>
      {(model) => (
        <HeapMapPane
          map={model}
          owners={owners.state === 'ready' ? owners.model : undefined}
          classes={classes.state === 'ready' ? classes.model : undefined}
          onNeed={(what) => setNeeds((n) => ({ ...n, [what]: true }))}
          onOpenMemory={(address, beside) => navigate.memory(address, { beside })}
          onSave={saveBlob}
        />
      )}
    </PaneState>
  );
}

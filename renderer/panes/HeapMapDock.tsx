import { useEffect, useState } from 'react';
import { saveBlob } from '../client/saveBlob.ts';
import { useNavigate, usePanel } from '../client/sessionContext.ts';
import { type Asked, useModel } from '../client/useModel.ts';
import { HeapMapPane } from '../heapMap/HeapMapPane.tsx';
import { PaneNote, PaneState } from '../parts/PaneState.tsx';
import { PictureDock } from './PictureDock.tsx';

/** Blocks up to which their owners are found out without being asked for: some tenths of a second. */
const OWNERS_AT_ONCE = 200_000;

/** The map of one heap: the one that was chosen, else a damaged one, else the first that the dump holds. */
export function HeapMapDock({ heap }: { readonly heap?: bigint }) {
  const heaps = useModel('heaps', heap === undefined ? {} : undefined, 'reload');
  if (heap !== undefined) return <HeapOf heap={heap} />;
  return (
    <PaneState asked={heaps} what="heaps">
      {({ heaps: all, note }) => {
        const walked = all.filter((h) => h.busyBlocks);
        const first = walked.find((h) => h.errors) ?? walked.find((h) => h.processHeap) ?? walked[0];
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
  const count = map.state === 'ready' ? map.model.count : Infinity;
  const owners = useModel(
    'heapOwners',
    needs.owners || count <= OWNERS_AT_ONCE ? { heap } : undefined,
    'reload',
  );
  const classes = useModel('heapClasses', needs.classes && { heap }, 'reload');
  const choices = useModel('heapChoices', map.state === 'ready' ? {} : undefined, 'reload');
  return (
    <PictureDock>
      {({ goTo, place, openMenu }) => (
        <PaneState asked={map} what={`heap ${heap.toString(16)}`}>
          {(model) => (
            <HeapMapPane
              map={model}
              goTo={goTo}
              place={place}
              owners={owners.state === 'ready' ? owners.model : undefined}
              classes={classes.state === 'ready' ? classes.model : undefined}
              status={
                (needs.owners && statusOf(owners, 'owners of blocks')) ??
                (needs.classes && statusOf(classes, 'classes of blocks')) ??
                undefined
              }
              heaps={choices.state === 'ready' ? choices.model : undefined}
              onHeap={(other) => navigate.heap(other)}
              onNeed={(what) => setNeeds((n) => ({ ...n, [what]: true }))}
              onOpenMemory={(address, beside) => navigate.memory(address, { beside })}
              onMenu={openMenu}
              onSave={saveBlob}
            />
          )}
        </PaneState>
      )}
    </PictureDock>
  );
}

/** What is still being found out, or why it was not. */
function statusOf(asked: Asked<unknown>, what: string): string | undefined {
  if (asked.state === 'ready') return undefined;
  if (asked.state === 'failed') return `No ${what}: ${asked.message}`;
  const { progress } = asked;
  const amount = progress?.total ? ` ${Math.floor((100 * progress.done) / progress.total)} %` : '';
  return `Reading ${what}…${amount}`;
}

import { saveBlob } from '../client/saveBlob.ts';
import { useNavigate, useSession } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { OwnershipPane } from '../ownership/OwnershipPane.tsx';
import { PaneState } from '../parts/PaneState.tsx';
import { PictureDock } from './PictureDock.tsx';

/** Whose heap is whose, docked. */
export function OwnershipDock() {
  const session = useSession();
  const navigate = useNavigate();
  const asked = useModel('ownership', {}, 'reload');
  const run = (command: string): void => {
    navigate.run(command);
    navigate.pane('console');
  };
  return (
    <PictureDock>
      {({ openMenu }) => (
        <PaneState asked={asked} what="C runtimes and heaps">
          {(model) => (
            <OwnershipPane
              model={model}
              onAsk={async (expression) => {
                const { address } = await session.request('evaluate', { expression });
                return session.request('verdict', { address });
              }}
              onOpenMemory={(address, beside) => navigate.memory(address, { beside })}
              onOpenHeap={(heap, beside) => navigate.heap(heap, { beside })}
              onOpenModule={(base) => run(`lmva 0x${base.toString(16)}`)}
              onRun={run}
              onMenu={openMenu}
              onSave={saveBlob}
            />
          )}
        </PaneState>
      )}
    </PictureDock>
  );
}

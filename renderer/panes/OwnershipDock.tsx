import { saveBlob } from '../client/saveBlob.ts';
import { useNavigate, useSession } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { OwnershipPane } from '../ownership/OwnershipPane.tsx';
import { PaneState } from '../parts/PaneState.tsx';

/** Whose heap is whose, docked. */
export function OwnershipDock() {
  const session = useSession();
  const navigate = useNavigate();
  const asked = useModel('ownership', {}, 'reload');
  return (
    <PaneState asked={asked} what="C runtimes and heaps">
      {(model) => (
        <OwnershipPane
          model={model}
          onAsk={async (expression) => {
            const { address } = await session.request('evaluate', { expression });
            return session.request('verdict', { address });
          }}
          onOpenMemory={(address, beside) => navigate.memory(address, { beside })}
          onRun={(command) => {
            navigate.run(command);
            navigate.pane('console');
          }}
          onSave={saveBlob}
        />
      )}
    </PaneState>
  );
}

import { AddressSpacePane } from '../addressSpace/AddressSpacePane.tsx';
import { saveBlob } from '../client/saveBlob.ts';
import { useNavigate } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { PaneState } from '../parts/PaneState.tsx';

/** The address space, docked. */
export function AddressSpaceDock() {
  const navigate = useNavigate();
  const asked = useModel('addressSpace', {}, 'reload');
  return (
    <PaneState asked={asked} what="the address space">
      {(model) => (
        <AddressSpacePane
          model={model}
          onOpenMemory={(address, beside) => navigate.memory(address, { beside })}
          onSave={saveBlob}
        />
      )}
    </PaneState>
  );
}

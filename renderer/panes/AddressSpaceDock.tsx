import { AddressSpacePane } from '../addressSpace/AddressSpacePane.tsx';
import { saveBlob } from '../client/saveBlob.ts';
import { useNavigate } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { PaneState } from '../parts/PaneState.tsx';
import { PictureDock } from './PictureDock.tsx';

/** The address space, docked. */
export function AddressSpaceDock() {
  const navigate = useNavigate();
  const asked = useModel('addressSpace', {}, 'reload');
  return (
    <PictureDock>
      {({ goTo, place, openMenu }) => (
        <PaneState asked={asked} what="the address space">
          {(model) => (
            <AddressSpacePane
              model={model}
              goTo={goTo}
              place={place}
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

import { useNavigate } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { PaneNote, PaneState } from '../parts/PaneState.tsx';
import { ValueTree } from './ValueTree.tsx';

/** Parameters and locals of the frame in effect; structures and pointers open in place. */
export function LocalsPane() {
  const navigate = useNavigate();
  const asked = useModel('locals', {}, 'symbols');
  return (
    <PaneState asked={asked} what="locals">
      {({ rows, note, frameWithLocals: other }) =>
        rows.length === 0 ? (
          <PaneNote>
            {note}
            {other && (
              <>
                {'\n'}
                <button
                  type="button"
                  className="link"
                  onClick={() => navigate.run(`.frame ${other.frame.toString(16)}`)}
                >
                  Go to frame {other.frame.toString(16)}
                </button>
                {', '}
                <span className="mono kind-symbol">{other.text}</span>
                {', which has them.'}
              </>
            )}
          </PaneNote>
        ) : (
          <ValueTree label="Locals" nodes={rows} of="variables" />
        )
      }
    </PaneState>
  );
}

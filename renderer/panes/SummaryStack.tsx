import { Fragment } from 'react';
import type { StackFrameModel, SummaryModel } from '../../core/protocol/index.ts';
import { useNavigate } from '../client/sessionContext.ts';
import { countText } from '../parts/format.ts';
import { leave, restAt } from '../parts/hoverTip.ts';
import { frameTip, isGuessed, shortSource } from './frameTip.ts';

/** The stack that tells why the process ended; choosing a frame takes all panes to it. */
export function SummaryStack({ summary }: { readonly summary: SummaryModel }) {
  const { stack, stackThread, repeat } = summary;
  const last = repeat && repeat.first + repeat.length - 1;
  return (
    <>
      <h2>Stack{stackThread === undefined ? '' : ` of thread ${stackThread}`}</h2>
      <ol className="summary-stack mono">
        {stack.map((frame, i) => (
          <Fragment key={frame.index}>
            <SummaryFrame frame={frame} command={summary.stackCommand} />
            {repeat && i === last && (
              <li className="muted">{`   … ${repeat.length === 1 ? 'this frame' : `these ${repeat.length} frames`} ${countText(repeat.times)} times`}</li>
            )}
          </Fragment>
        ))}
      </ol>
    </>
  );
}

function SummaryFrame({
  frame,
  command,
}: {
  readonly frame: StackFrameModel;
  readonly command: string | undefined;
}) {
  const navigate = useNavigate();
  const go = (): void => {
    if (command === undefined) navigate.disassembly(frame.instruction);
    else navigate.run(`${command}; .frame ${frame.index.toString(16)}`);
  };
  return (
    <li
      onMouseEnter={({ clientX: x, clientY: y }) => restAt({ x, y }, () => Promise.resolve(frameTip(frame)))}
      onMouseLeave={leave}
    >
      {frame.index.toString(16).padStart(2, '0')} {isGuessed(frame) && '~ '}
      <button
        type="button"
        className={`link mono ${frame.guessedName || frame.how === 'scan' ? 'kind-guessed' : 'kind-symbol'}`}
        onClick={go}
      >
        {frame.text}
      </button>
      {frame.source && <span className="kind-file">{`  ${shortSource(frame)}`}</span>}
    </li>
  );
}

import { useMemo, useState } from 'react';
import type { StackFrameModel } from '../../core/protocol/index.ts';
import { useNavigate } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { countText } from '../parts/format.ts';
import { PaneNote, PaneState } from '../parts/PaneState.tsx';
import { Place } from '../parts/Place.tsx';
import { useAddressWidth } from '../parts/useAddressWidth.ts';
import { frameTip, isGuessed, longSource, shortSource } from './frameTip.ts';

/** Frames that are asked for at most: `.kframes` knows no more. */
const MOST_FRAMES = 0xffff;
/** How many times as many frames the next step shows. */
const MORE = 8;

const indexText = (f: StackFrameModel): string => f.index.toString(16).padStart(2, '0');
const functionText = (f: StackFrameModel): string => `${f.text}${f.inline ? ' (inline)' : ''}`;

function columnsOf(frames: readonly StackFrameModel[], addressWidth: number): Column<StackFrameModel>[] {
  const columns: Column<StackFrameModel>[] = [
    { key: 'index', title: '#', width: 2, render: indexText, text: indexText },
    {
      key: 'function',
      title: 'Function',
      hint: 'A tilde marks frames that may be wrong: hover over one for how it was found',
      fit: { text: (f) => `~ ${functionText(f)}`, max: 90, least: 22, squeezed: 14 },
      render: (f) => (
        <>
          {isGuessed(f) ? '~ ' : ''}
          <span className={f.guessedName || f.how === 'scan' ? 'kind-guessed' : 'kind-symbol'}>{f.text}</span>
          {f.inline ? ' (inline)' : ''}
        </>
      ),
      text: functionText,
      tip: frameTip,
    },
    {
      key: 'source',
      title: 'Source',
      fit: { text: shortSource, max: 40, least: 20, squeezed: 12 },
      render: (f) => <span className="kind-file">{shortSource(f)}</span>,
      text: longSource,
    },
    {
      key: 'frame',
      title: 'Frame',
      hint: 'Child-SP (ChildEBP on x86)',
      width: addressWidth,
      further: true,
      render: (f) => <Place address={f.frame} />,
      sort: (f) => f.frame,
    },
    {
      key: 'code',
      title: 'Instruction',
      hint: 'Where this frame is, or where it returns to',
      width: addressWidth,
      further: true,
      render: (f) => <Place address={f.instruction} to="disassembly" />,
      sort: (f) => f.instruction,
    },
    {
      key: 'arguments',
      title: 'Arguments',
      hint: 'What the function was called with, where private symbols say; else the words where x86 code finds its arguments',
      fit: { text: (f) => f.arguments ?? '', max: 120 },
      further: true,
      render: (f) => f.arguments ?? '',
    },
  ];
  return columns.filter(
    (c) =>
      (c.key !== 'source' || frames.some((f) => f.source)) &&
      (c.key !== 'arguments' || frames.some((f) => f.arguments)),
  );
}

/** The stack of the context: choosing a frame makes it the one that locals and registers are taken from. */
export function StackPane() {
  const navigate = useNavigate();
  const [limit, setLimit] = useState<number>();
  const asked = useModel('stack', { limit }, 'symbols');
  const addressWidth = useAddressWidth();
  const frames = asked.state === 'ready' ? asked.model.frames : undefined;
  const columns = useMemo(() => columnsOf(frames ?? [], addressWidth), [frames, addressWidth]);
  return (
    <PaneState asked={asked} what="the stack">
      {(stack) =>
        stack.frames.length === 0 ? (
          <PaneNote>
            No stack: {stack.end}. Choose another thread, or .ecxr for the exception&apos;s context.
          </PaneNote>
        ) : (
          <div className="pane-column">
            <div className="pane-rest">
              <DataTable
                label="Stack"
                rows={stack.frames}
                columns={columns}
                rowKey={(f) => String(f.index)}
                isCurrent={(f) => f.index === stack.current}
                onOpen={(f) => navigate.run(`.frame ${f.index.toString(16)}`)}
              />
            </div>
            {stack.truncated && stack.frames.length < MOST_FRAMES && (
              <PaneNote>
                These are the innermost {countText(stack.frames.length)} frames.{' '}
                <button
                  type="button"
                  className="link"
                  onClick={() => setLimit(Math.min(MOST_FRAMES, stack.frames.length * MORE))}
                >
                  Show more
                </button>
              </PaneNote>
            )}
          </div>
        )
      }
    </PaneState>
  );
}

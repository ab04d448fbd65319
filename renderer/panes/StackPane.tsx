import { useMemo } from 'react';
import type { StackFrameModel } from '../../core/protocol/index.ts';
import { useNavigate } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { PaneNote, PaneState } from '../parts/PaneState.tsx';
import { Place } from '../parts/Place.tsx';
import { useAddressWidth } from '../parts/useAddressWidth.ts';

/** How a frame was found, where that means that it may be wrong. */
const GUESSED = new Set(['scan', 'frame pointer']);

const sourceText = ({ source }: StackFrameModel): string =>
  source ? `${source.file.split(/[\\/]/).at(-1) ?? ''}:${source.line}` : '';

function columnsOf(frames: readonly StackFrameModel[], addressWidth: string): Column<StackFrameModel>[] {
  const columns: Column<StackFrameModel>[] = [
    {
      key: 'index',
      title: '#',
      width: '2ch',
      render: (f) => f.index.toString(16).padStart(2, '0'),
    },
    {
      key: 'function',
      title: 'Function',
      hint: 'A tilde marks frames that were found by a scan or a frame pointer: they may be wrong',
      fit: { text: (f) => `~ ${f.text}${f.inline ? ' (inline)' : ''}`, max: 72 },
      render: (f) => (
        <>
          {GUESSED.has(f.how) ? <span title={`found by ${f.how}`}>~ </span> : ''}
          <span className={f.how === 'scan' ? 'kind-missing' : 'kind-symbol'}>{f.text}</span>
          {f.inline ? ' (inline)' : ''}
        </>
      ),
      text: (f) => `${f.text}${f.source ? `\n${f.source.file} @ ${f.source.line}` : ''}\nfound by ${f.how}`,
    },
    {
      key: 'source',
      title: 'Source',
      fit: { text: sourceText, max: 30 },
      render: (f) => <span className="kind-file">{sourceText(f)}</span>,
      text: (f) => (f.source ? `${f.source.file} @ ${f.source.line}` : ''),
    },
    {
      key: 'frame',
      title: 'Frame',
      hint: 'Child-SP (ChildEBP on x86)',
      width: addressWidth,
      render: (f) => <Place address={f.frame} />,
    },
    {
      key: 'code',
      title: 'Instruction',
      hint: 'Where this frame is, or where it returns to',
      width: `max(${addressWidth}, 11ch)`,
      render: (f) => <Place address={f.instruction} to="disassembly" />,
    },
  ];
  return columns.filter((c) => c.key !== 'source' || frames.some((f) => f.source));
}

/** The stack of the context: choosing a frame makes it the one that locals and registers are taken from. */
export function StackPane() {
  const navigate = useNavigate();
  const asked = useModel('stack', {}, 'symbols');
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
          <DataTable
            label="Stack"
            rows={stack.frames}
            columns={columns}
            rowKey={(f) => String(f.index)}
            isCurrent={(f) => f.index === stack.current}
            onOpen={(f) => navigate.run(`.frame ${f.index.toString(16)}`)}
          />
        )
      }
    </PaneState>
  );
}

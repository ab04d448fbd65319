import type { StructureFields } from '../../core/protocol/pictures.ts';
import { addressText } from '../picture/addressText.ts';
import type { SpaceRange } from '../picture/rowSpace.ts';
import { rowSpan } from './byteSelection.ts';
import { fieldMarks } from './fieldMarks.ts';
import { gapText } from './gridTexts.ts';
import { dataWidth } from './memoryLine.ts';
import { MemoryRow } from './MemoryRow.tsx';
import type { MemoryView, ShownRow } from './useMemoryView.ts';

interface Props {
  readonly shown: ShownRow;
  readonly view: MemoryView;
  readonly id: string;
  /** pixels from the top of the rows */
  readonly y: number;
  readonly bits: 32 | 64;
  /** the unit of the caret */
  readonly caret: SpaceRange;
  readonly selected: SpaceRange | undefined;
  readonly found: SpaceRange | undefined;
  readonly structure: StructureFields | undefined;
}

const NO_MARKS = [] as const;

/** A row of a memory pane: bytes, or a hole that is one row. */
export function GridRow({ shown, view, id, y, bits, caret, selected, found, structure }: Props) {
  const { number, row, line } = shown;
  const { format, notes } = view;
  const holdsCaret = caret.start >= row.start && caret.start < row.end;
  const isSelected = selected !== undefined && selected.start < row.end && selected.end > row.start;
  if (!line) {
    const kinds = `${holdsCaret ? ' memory-gap-caret' : ''}${isSelected ? ' memory-gap-selected' : ''}`;
    return (
      <div
        id={id}
        role="row"
        aria-rowindex={number + 1}
        aria-selected={selected ? isSelected : holdsCaret}
        className={`memory-gap hatched${kinds}`}
        style={{ transform: `translateY(${y}px)` }}
        data-gap={row.start.toString(16)}
        onDoubleClick={() => view.open(row.start)}
      >
        <span role="gridcell">
          <span className="memory-gap-text">{gapText(row, bits)}</span>
        </span>
      </div>
    );
  }
  const length = Number(row.end - row.start);
  return (
    <MemoryRow
      id={id}
      line={line}
      address={addressText(row.start, bits)}
      y={y}
      rowNumber={number}
      caret={rowSpan(row, caret, format)}
      isSelected={selected ? isSelected : holdsCaret}
      selected={selected && rowSpan(row, selected, format)}
      found={found && rowSpan(row, found, format)}
      marks={structure ? fieldMarks(structure, format, row.start, length) : NO_MARKS}
      dataWidth={dataWidth(format)}
      note={format.notes ? notes.at(row.start) : undefined}
    />
  );
}

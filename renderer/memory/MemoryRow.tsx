import { memo, type ReactNode } from 'react';
import type { PointerNote } from '../../core/protocol/pictures.ts';
import type { RowSpan } from './byteSelection.ts';
import type { FieldMark } from './fieldMarks.ts';
import type { LinePart, MemoryLine } from './memoryLine.ts';

interface MemoryRowProps {
  readonly line: MemoryLine;
  readonly address: string;
  /** pixels from the top of the rows */
  readonly y: number;
  readonly rowNumber: number;
  /** undefined where it is in another row */
  readonly caret?: RowSpan;
  /** for a screen reader: some of the row is, or it has the caret and nothing is */
  readonly isSelected: boolean;
  readonly selected?: RowSpan;
  readonly found?: RowSpan;
  readonly marks: readonly FieldMark[];
  /** characters of the data */
  readonly dataWidth: number;
  readonly note?: PointerNote;
  readonly id: string;
}

/** A row of memory: its address, its units, its bytes as text, what its pointer points to. */
export const MemoryRow = memo(function MemoryRow(props: MemoryRowProps) {
  const { line, address, y, rowNumber, caret, isSelected, selected, found, marks, dataWidth, note, id } =
    props;
  return (
    <div
      className="memory-row"
      role="row"
      id={id}
      aria-rowindex={rowNumber + 1}
      aria-selected={isSelected}
      data-address={line.start.toString(16)}
      style={{ transform: `translateY(${y}px)` }}
    >
      <span role="rowheader" className="memory-address">
        {address}
      </span>
      <span role="gridcell" className="memory-data" style={{ width: `${dataWidth}ch` }}>
        {marks.map((mark) => (
          <span
            key={mark.field.offset}
            className={`memory-field memory-field-${mark.tint}${mark.begins ? ' memory-field-begins' : ''}`}
            style={{ left: `${mark.column}ch`, width: `${mark.width}ch` }}
            title={`+0x${mark.field.offset.toString(16)} ${mark.field.name}: ${mark.field.type}`}
          />
        ))}
        {inData('memory-selected', selected)}
        {inData('memory-found', found)}
        {inData('memory-caret', caret)}
        {line.data.map(part)}
      </span>
      {line.text.length > 0 && (
        <span role="gridcell" className="memory-text">
          {inText('memory-selected', selected)}
          {inText('memory-caret', caret)}
          {line.text.map(part)}
        </span>
      )}
      {note && (
        <span role="gridcell" className="memory-note">
          <button
            type="button"
            tabIndex={-1}
            className={`link kind-${NOTE_KINDS[note.kind]}`}
            data-follow={note.value.toString(16)}
          >
            {note.text}
          </button>
        </span>
      )}
    </div>
  );
});

function inData(kind: string, span: RowSpan | undefined): ReactNode {
  return span && <span className={kind} style={{ left: `${span.column}ch`, width: `${span.width}ch` }} />;
}

function inText(kind: string, span: RowSpan | undefined): ReactNode {
  if (!span || span.textWidth === 0) return undefined;
  return <span className={kind} style={{ left: `${span.text}ch`, width: `${span.textWidth}ch` }} />;
}

const NOTE_KINDS = { symbol: 'symbol', module: 'module', heap: 'address', region: 'type' } as const;

function part({ text, kind }: LinePart, i: number): ReactNode {
  if (kind === 'there') return text;
  return (
    <span key={i} className={kind === 'missing' ? 'kind-missing hatched' : 'memory-unknown'}>
      {text}
    </span>
  );
}

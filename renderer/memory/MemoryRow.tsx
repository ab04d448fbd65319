import { memo, type ReactNode } from 'react';
import type { PointerNote } from '../../core/protocol/pictures.ts';
import type { FieldMark } from './fieldMarks.ts';
import type { LinePart, MemoryLine } from './memoryLine.ts';

interface MemoryRowProps {
  readonly line: MemoryLine;
  readonly address: string;
  /** pixels from the top of the rows */
  readonly y: number;
  readonly rowNumber: number;
  /** the caret's place in characters; undefined where it is in another row */
  readonly caret?: {
    readonly column: number;
    readonly width: number;
    readonly text?: number;
    readonly textWidth: number;
  };
  readonly found?: { readonly column: number; readonly width: number };
  readonly marks: readonly FieldMark[];
  /** characters of the data */
  readonly dataWidth: number;
  readonly note?: PointerNote;
  readonly id: string;
}

/** A row of memory: its address, its units, its bytes as text, what its pointer points to. */
export const MemoryRow = memo(function MemoryRow(props: MemoryRowProps) {
  const { line, address, y, rowNumber, caret, found, marks, dataWidth, note, id } = props;
  return (
    <div
      className="memory-row"
      role="row"
      id={id}
      aria-rowindex={rowNumber + 1}
      aria-selected={caret !== undefined}
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
        {found && (
          <span className="memory-found" style={{ left: `${found.column}ch`, width: `${found.width}ch` }} />
        )}
        {caret && (
          <span className="memory-caret" style={{ left: `${caret.column}ch`, width: `${caret.width}ch` }} />
        )}
        {line.data.map(part)}
      </span>
      {line.text.length > 0 && (
        <span role="gridcell" className="memory-text">
          {caret?.text !== undefined && (
            <span
              className="memory-caret"
              style={{ left: `${caret.text}ch`, width: `${caret.textWidth}ch` }}
            />
          )}
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

const NOTE_KINDS = { symbol: 'symbol', module: 'module', heap: 'address', region: 'type' } as const;

function part({ text, kind }: LinePart, i: number): ReactNode {
  if (kind === 'there') return text;
  return (
    <span key={i} className={kind === 'missing' ? 'kind-missing hatched' : 'memory-unknown'}>
      {text}
    </span>
  );
}

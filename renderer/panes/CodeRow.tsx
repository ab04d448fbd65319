import { memo } from 'react';
import type { DisassemblyRowModel } from '../../core/protocol/index.ts';
import { Place } from '../parts/Place.tsx';
import { sizeText } from '../picture/addressText.ts';
import type { ArrowPart } from './jumpArrows.ts';
import { JumpLanes } from './JumpLanes.tsx';

interface Props {
  readonly row: DisassemblyRowModel;
  /** the frame's instruction */
  readonly current: boolean;
  /** the one that keys act on */
  readonly active: boolean;
  readonly arrows: readonly ArrowPart[];
  /** lanes that arrows have beside all rows */
  readonly lanes: number;
  readonly lit: number | undefined;
  /** the source line, where another one begins */
  readonly line: number | undefined;
  onChoose(address: bigint): void;
  onTarget(address: bigint, beside: boolean): void;
}

/** An instruction: where a symbol or a line begins, its name stands above. */
export const CodeRow = memo(function CodeRow(props: Props) {
  const { row, current, active, onChoose } = props;
  return (
    <div
      role="row"
      id={`code-${row.address.toString(16)}`}
      data-code={row.address.toString(16)}
      className="code-line"
      aria-selected={active}
      aria-current={current || undefined}
      onClick={() => onChoose(row.address)}
    >
      {row.heading !== undefined && (
        <div className="code-heading" role="gridcell">
          {row.heading}:
          {row.source && <span className="kind-file">{` ${row.source.file} @ ${row.source.line}`}</span>}
        </div>
      )}
      <JumpLanes parts={props.arrows} lanes={props.lanes} lit={props.lit} />
      <div className={`code-row${current ? ' current' : ''}`} role="presentation">
        <span role="gridcell">
          <span aria-hidden>{current ? '►' : ''}</span>
          {current && <span className="unseen">current instruction</span>}
        </span>
        <span role="gridcell">
          <Place address={row.address} />
        </span>
        {row.missing ? <Missing row={row} missing={row.missing} /> : <Instruction {...props} />}
      </div>
    </div>
  );
});

function Instruction({ row, line, onTarget }: Props) {
  const { target, operand, taken } = row;
  return (
    <>
      <span role="gridcell" className="code-source">
        {line ?? ''}
      </span>
      <span role="gridcell" className="code-bytes" title={row.bytes}>
        {row.bytes}
      </span>
      <span role="gridcell">{row.mnemonic}</span>
      <span role="gridcell">
        {target === undefined ? (
          row.operands
        ) : (
          <span className="code-target">
            <Place
              address={target}
              text={row.targetName === undefined ? row.operands : `${row.targetName} (${row.operands})`}
              onOpen={onTarget}
            />
          </span>
        )}
        {operand && (
          <span className="code-value">
            {'  '}
            <Place address={operand.address} text={operand.text} />
          </span>
        )}
        {taken !== undefined && <span className="code-value">{taken ? '  taken' : '  not taken'}</span>}
      </span>
    </>
  );
}

/** What the dump has not, as one row, and which file has it. */
function Missing({
  row,
  missing: { end, image },
}: {
  readonly row: DisassemblyRowModel;
  readonly missing: { readonly end: bigint; readonly image?: string };
}) {
  return (
    <span role="gridcell" className="kind-missing hatched code-missing">
      <span className="code-missing-text">
        ??? {sizeText(end - row.address)} not in the dump
        {image === undefined ? '' : `: add ${image} to see its code (File, Add symbols and images)`}
      </span>
    </span>
  );
}

import { memo } from 'react';
import type { DisassemblyRowModel } from '../../core/protocol/index.ts';
import { describeAddress } from '../client/describeAddress.ts';
import { useSession } from '../client/sessionContext.ts';
import { leave, restAt } from '../parts/hoverTip.ts';
import { Place } from '../parts/Place.tsx';

interface Props {
  readonly row: DisassemblyRowModel;
  /** the frame's instruction */
  readonly current: boolean;
  /** the one that keys act on */
  readonly active: boolean;
  onChoose(address: bigint): void;
  onTarget(address: bigint, beside: boolean): void;
}

/** An instruction: where a symbol or a line begins, its name stands above. */
export const CodeRow = memo(function CodeRow({ row, current, active, onChoose, onTarget }: Props) {
  const session = useSession();
  const { target } = row;
  return (
    <div
      role="row"
      id={`code-${row.address.toString(16)}`}
      data-code={row.address.toString(16)}
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
      <div className={`code-row${current ? ' current' : ''}`} role="presentation">
        <span role="gridcell">
          <span aria-hidden>{current ? '▶' : ''}</span>
          {current && <span className="unseen">current instruction</span>}
        </span>
        <span role="gridcell">
          <Place address={row.address} />
        </span>
        <span role="gridcell" className={row.missing ? 'hatched' : 'code-bytes'} title={row.bytes}>
          {row.missing ? '??' : row.bytes}
        </span>
        <span role="gridcell" className={row.missing ? 'kind-missing hatched' : undefined}>
          {row.mnemonic}
        </span>
        <span role="gridcell">
          {target === undefined ? (
            row.operands
          ) : (
            <button
              type="button"
              tabIndex={-1}
              className="link mono"
              onMouseEnter={({ clientX, clientY }) =>
                restAt(
                  { x: clientX, y: clientY },
                  async () => `Goes to\n${await describeAddress(session, target)}`,
                )
              }
              onMouseLeave={leave}
              onClick={(event) => onTarget(target, event.ctrlKey)}
            >
              {row.targetName === undefined ? row.operands : `${row.targetName} (${row.operands})`}
            </button>
          )}
        </span>
      </div>
    </div>
  );
});

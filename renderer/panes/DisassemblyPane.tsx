import { useEffect, useRef, useState } from 'react';
import type { DisassemblyRowModel } from '../../core/protocol/index.ts';
import { usePaneAction } from '../app/paneActions.ts';
import { useNavigate, useSession } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { PaneState } from '../parts/PaneState.tsx';
import { Place } from '../parts/Place.tsx';
import { AddressBox } from './AddressBox.tsx';
import { usePlaces } from './usePlaces.ts';
import './panes.css';

/** Instructions around the address; scrolling to an end moves on by half of them. */
const AROUND = 120;

/** Code around the current frame's instruction, or around an address that was asked for. */
export function DisassemblyPane({ at: initial }: { readonly at?: bigint | string }) {
  const session = useSession();
  const navigate = useNavigate();
  const pane = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const places = usePlaces(pane, initial);
  const { address } = places;
  const asked = useModel('disassembly', { address, before: AROUND, after: AROUND }, 'symbols');
  const [box, setBox] = useState(0);
  usePaneAction(pane, 'goto', () => setBox((b) => b + 1));
  const rows = asked.state === 'ready' ? asked.model.rows : undefined;
  const shownAt = asked.state === 'ready' ? asked.model.at : undefined;
  useEffect(() => {
    scroller.current?.querySelector('[data-at]')?.scrollIntoView({ block: 'center' });
  }, [shownAt, rows === undefined]);

  const onScroll = (): void => {
    const s = scroller.current;
    if (!s || !rows || asked.state !== 'ready' || asked.stale || rows.length < AROUND) return;
    if (s.scrollTop === 0) places.move(rows[Math.floor(AROUND / 2)]?.address);
    else if (s.scrollTop + s.clientHeight >= s.scrollHeight - 1)
      places.move(rows[rows.length - Math.floor(AROUND / 2)]?.address);
  };

  return (
    <div className="pane-column" ref={pane}>
      <div className="pane-bar">
        <AddressBox
          label="Code at"
          focusTurn={box}
          place={address === undefined ? '' : `0x${address.toString(16)}`}
          placeholder="@$ip, follows the frame"
          onPlace={(a) => places.go(a)}
          onEmpty={() => places.follow()}
        />
        <span className="muted">{address === undefined ? 'follows the frame' : ''}</span>
      </div>
      <PaneState asked={asked} what="code">
        {(code) => (
          <div
            className="pane-rest mono"
            ref={scroller}
            onScroll={onScroll}
            tabIndex={0}
            role="list"
            aria-label={`Disassembly at 0x${code.at.toString(16)}`}
          >
            {code.rows.map((row) => (
              <CodeRow
                key={String(row.address)}
                row={row}
                current={row.address === code.current}
                at={row.address === code.at}
                onTarget={(a, beside) => (beside ? navigate.disassembly(a, { beside }) : places.go(a))}
              />
            ))}
          </div>
        )}
      </PaneState>
      <span className="unseen">{session.name}</span>
    </div>
  );
}

function CodeRow({
  row,
  current,
  at,
  onTarget,
}: {
  readonly row: DisassemblyRowModel;
  readonly current: boolean;
  readonly at: boolean;
  onTarget(address: bigint, beside: boolean): void;
}) {
  const { target } = row;
  return (
    <div role="listitem" data-at={at || undefined}>
      {row.heading !== undefined && (
        <div className="code-heading">
          {row.heading}:
          {row.source && <span className="kind-file">{` ${row.source.file} @ ${row.source.line}`}</span>}
        </div>
      )}
      <div className={`code-row${current ? ' current' : ''}`}>
        <span aria-label={current ? 'current instruction' : undefined}>{current ? '▶' : ''}</span>
        <Place address={row.address} />
        <span className={row.missing ? 'hatched' : 'code-bytes'}>{row.missing ? '??' : row.bytes}</span>
        <span>{row.mnemonic}</span>
        <span>
          {target === undefined ? (
            row.operands
          ) : (
            <button
              type="button"
              tabIndex={-1}
              className="link mono"
              onClick={(event) => onTarget(target, event.ctrlKey)}
              title="Go there; Ctrl: in a new pane"
            >
              {row.targetName === undefined ? row.operands : `${row.targetName} (${row.operands})`}
            </button>
          )}
        </span>
      </div>
    </div>
  );
}

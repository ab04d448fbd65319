import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
} from 'react';
import type { DisassemblyRowModel } from '../../core/protocol/index.ts';
import { usePaneAction } from '../app/paneActions.ts';
import { useNavigate, usePanel, useShown } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { FollowButton } from '../parts/FollowButton.tsx';
import { openRowMenu } from '../parts/openRowMenu.ts';
import { PaneState } from '../parts/PaneState.tsx';
import { AddressBox } from './AddressBox.tsx';
import { CodeRow } from './CodeRow.tsx';
import { jumpArrows, laneCount } from './jumpArrows.ts';
import { lanesWidth } from './JumpLanes.tsx';
import { usePlaces } from './usePlaces.ts';
import './panes.css';

/** Instructions around the address; scrolling to an end moves on by half of them. */
const AROUND = 120;
const PAGE_ROWS = 16;
/** what the pane follows unless told otherwise: the frame's instruction */
const INSTRUCTION = '@$ip';

/** Code around the current frame's instruction, or around an address that was asked for. */
export function DisassemblyPane({
  at: initial,
  visit = '',
}: {
  readonly at?: bigint | string;
  readonly visit?: string;
}) {
  const navigate = useNavigate();
  const panel = usePanel();
  const isShown = useShown();
  const pane = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const places = usePlaces(pane, initial, visit);
  const { place, address, turn, follows } = places;
  const isKnown = place === undefined || address !== undefined;
  // what is read: around the place, and further on when the person scrolls there
  const [window, setWindow] = useState<{ turn: number; around: bigint | undefined }>();
  const around = window?.turn === turn ? window.around : address;
  // an expression that is being evaluated is no place yet: what is shown stays
  const params = { address: around, before: AROUND, after: AROUND };
  const asked = useModel('disassembly', isKnown ? params : undefined, 'symbols');
  const [box, setBox] = useState(0);
  const [active, setActive] = useState<bigint>();
  usePaneAction(pane, 'goto', () => setBox((b) => b + 1));
  const rows = asked.state === 'ready' ? asked.model.rows : undefined;
  const at = address ?? (asked.state === 'ready' ? asked.model.current : undefined);
  // the row that stays where it is on the screen while other rows come in around it
  const held = useRef<{ address: bigint; top: number }>(undefined);
  useLayoutEffect(() => {
    const s = scroller.current;
    if (!s || !rows) return;
    const kept = held.current && rowElement(s, held.current.address);
    if (kept && held.current) s.scrollTop += kept.getBoundingClientRect().top - held.current.top;
    held.current = undefined;
  }, [rows]);
  useEffect(() => {
    if (at === undefined || !scroller.current) return;
    setActive(at);
    scrollToRow(scroller.current, at, 'center');
  }, [at, turn, rows === undefined]);
  const shown = typeof place === 'string' ? place : place === undefined ? '' : hexText(place);
  const following = shown === '' ? INSTRUCTION : shown;
  // behind other tabs nothing is asked: where it will be is not known
  const isOld = !isShown && asked.state === 'ready' && asked.stale;
  const known = follows && !isOld ? at : undefined;
  useEffect(() => {
    panel.setPlace(known === undefined ? following : `${following} ${hexText(known)}`);
    panel.keep({ expression: shown === '' ? undefined : shown });
  }, [panel, shown, follows, known]);

  const moveOn = (edge: DisassemblyRowModel | undefined): void => {
    const s = scroller.current;
    const element = s && edge && rowElement(s, edge.address);
    if (!edge || !element || edge.address === around) return;
    held.current = { address: edge.address, top: element.getBoundingClientRect().top };
    setWindow({ turn, around: edge.address });
  };
  const onScroll = (): void => {
    const s = scroller.current;
    if (!s || !rows || asked.state !== 'ready' || asked.stale) return;
    // the row at the edge is the middle of what is read next, unless the address space ends there
    if (s.scrollTop === 0) moveOn(rows[0]);
    else if (s.scrollTop + s.clientHeight >= s.scrollHeight - 1) moveOn(rows.at(-1));
  };
  const follow = (to: bigint, beside: boolean): void =>
    beside ? navigate.disassembly(to, { beside }) : places.go(to);
  const latestFollow = useRef(follow);
  latestFollow.current = follow;
  // the same function always: rows are drawn again only where they changed
  const onTarget = useCallback((to: bigint, beside: boolean) => latestFollow.current(to, beside), []);
  const arrows = useMemo(() => jumpArrows(rows ?? []), [rows]);
  const lanes = useMemo(() => laneCount(arrows), [arrows]);
  const activeRow = useMemo(() => rows?.findIndex((r) => r.address === active) ?? -1, [rows, active]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const i = activeRow;
    const steps: Record<string, number> = {
      ArrowDown: i + 1,
      ArrowUp: i - 1,
      PageDown: i + PAGE_ROWS,
      PageUp: i - PAGE_ROWS,
    };
    const to = steps[event.key];
    if (!rows || event.altKey) return;
    if (to !== undefined) {
      const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
      setActive(row?.address);
      if (row && scroller.current) scrollToRow(scroller.current, row.address, 'nearest');
    } else if (event.key === 'Enter') {
      const target = rows[i]?.target;
      if (target !== undefined) follow(target, event.ctrlKey);
    } else if (!openRowMenu(event, scroller.current?.querySelector('[aria-selected=true]'))) return;
    event.preventDefault();
  };

  return (
    <div className="pane-column code-pane" ref={pane}>
      <div className="pane-bar">
        <AddressBox
          label="Code at"
          focusTurn={box}
          place={shown}
          placeholder="@$ip: follows the frame"
          onPlace={(to, expression) => places.go(expression ?? to)}
          onEmpty={() => places.go(undefined)}
        />
        {at !== undefined && (
          <FollowButton
            follows={follows}
            expression={follows ? following : INSTRUCTION}
            place={hexText(at)}
            onToggle={() => places.go(follows ? at : undefined)}
          />
        )}
        {places.problem !== undefined && (
          <span className="kind-error" role="alert">
            {places.problem}
          </span>
        )}
      </div>
      <PaneState asked={asked} what="code">
        {(code) => (
          <div
            className="pane-rest mono"
            ref={scroller}
            style={{ '--lanes': `${lanesWidth(lanes)}px` } as CSSProperties}
            onScroll={onScroll}
            onKeyDown={onKeyDown}
            tabIndex={0}
            role="grid"
            aria-label={`Disassembly at 0x${(at ?? code.at).toString(16)}`}
            aria-activedescendant={active === undefined ? undefined : `code-${active.toString(16)}`}
          >
            {code.rows.map((row, i) => {
              const parts = arrows[i] ?? [];
              return (
                <CodeRow
                  key={String(row.address)}
                  row={row}
                  current={row.address === code.current}
                  active={row.address === active}
                  arrows={parts}
                  lanes={lanes}
                  lit={parts.some((p) => p.from === activeRow) ? activeRow : undefined}
                  line={row.line === code.rows[i - 1]?.line ? undefined : row.line}
                  onChoose={setActive}
                  onTarget={onTarget}
                />
              );
            })}
          </div>
        )}
      </PaneState>
    </div>
  );
}

/** Brings a row into sight. The browser's own way would scroll what lies around the pane as well. */
function scrollToRow(scroller: HTMLElement, address: bigint, to: 'center' | 'nearest'): void {
  const row = rowElement(scroller, address)?.getBoundingClientRect();
  if (!row) return;
  const { top, height } = scroller.getBoundingClientRect();
  const above = row.top - top;
  const below = row.bottom - top - height;
  if (to === 'center') scroller.scrollTop += (above + below) / 2;
  else if (above < 0) scroller.scrollTop += above;
  else if (below > 0) scroller.scrollTop += below;
}

function hexText(address: bigint): string {
  return `0x${address.toString(16)}`;
}

function rowElement(scroller: HTMLElement, address: bigint): HTMLElement | undefined {
  return scroller.querySelector<HTMLElement>(`[data-code="${address.toString(16)}"]`) ?? undefined;
}

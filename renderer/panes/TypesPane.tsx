import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import type { TypeNodeModel } from '../../core/protocol/index.ts';
import { usePaneAction } from '../app/paneActions.ts';
import { useNavigate, usePanel, useSession } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { FollowButton } from '../parts/FollowButton.tsx';
import { openRowMenu } from '../parts/openRowMenu.ts';
import { PaneNote, PaneState } from '../parts/PaneState.tsx';
import { Place } from '../parts/Place.tsx';
import './panes.css';

/** Structures within structures that are opened in place: a list of itself would have no end. */
const MAX_LEVELS = 32;

/** What the pane shows before anybody asked: every process has one. */
const PEB = '@$peb';
/** Characters that the columns of names and types take at most. */
const MAX_NAME = 44;
const MAX_TYPE = 30;

/** A type, and what lies at an address by it: a tree whose structures and pointers open in place. */
export function TypesPane({
  type: initialType,
  expression: initialPlace,
  visit = '',
}: {
  readonly type?: string;
  readonly expression?: string;
  readonly visit?: string;
}) {
  const session = useSession();
  const panel = usePanel();
  const [typed, setTyped] = useState(initialType ?? '_PEB');
  const [expression, setExpression] = useState(initialPlace ?? PEB);
  /** what is shown: the type, and where, as an expression that moves with the context */
  const [shown, setShown] = useState<{ type: string; at: string }>();
  const [names, setNames] = useState<readonly string[]>([]);
  const listId = useId();
  const pane = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  usePaneAction(pane, 'goto', () => field.current?.select());
  const offer = (prefix: string): void => {
    if (prefix.length < 2) return;
    void session.request('typeNames', { prefix }).then(setNames, () => setNames([]));
  };
  const show = (type: string, at: string): void => {
    setShown({ type, at: at.trim() });
    panel.setPlace(type);
    panel.keep({ type, expression: at });
  };
  const at = shown && shown.at !== '' ? { expression: shown.at } : undefined;
  const asked = useModel('evaluate', at, 'symbols');
  const problem = at && asked.state === 'failed' ? asked.message : undefined;
  // what was shown stays until it is known where the next is
  const laid = useRef<{ type: string; address?: bigint; follows: boolean }>(undefined);
  if (shown && !at) laid.current = { type: shown.type, follows: false };
  else if (shown && asked.state === 'ready' && !asked.stale)
    laid.current = { type: shown.type, address: asked.model.address, follows: asked.model.ofContext };
  const { type, address, follows = false } = laid.current ?? {};
  const followed = useRef(PEB);
  if (follows && shown) followed.current = shown.at;
  const move = (to: string): void => {
    setExpression(to);
    if (shown) show(shown.type, to);
  };
  useEffect(() => {
    const opened = { type: initialType ?? typed, at: initialPlace ?? expression };
    setTyped(opened.type);
    setExpression(opened.at);
    show(opened.type, opened.at);
    // an address that came without a type: the person says which
    if (visit !== '' && initialType === undefined) field.current?.select();
  }, [visit]);
  return (
    <div className="pane-column" ref={pane}>
      <form
        className="pane-bar"
        onSubmit={(event) => {
          event.preventDefault();
          show(typed, expression);
        }}
      >
        <label className="muted">
          Type{' '}
          <input
            ref={field}
            className="field mono"
            size={28}
            list={listId}
            value={typed}
            spellCheck={false}
            onChange={(event) => {
              setTyped(event.target.value);
              // the place of the type before is not this one's
              if (expression === PEB) setExpression('');
              offer(event.target.value);
            }}
          />
        </label>
        <datalist id={listId}>
          {names.map((n) => (
            <option key={n} value={n} />
          ))}
        </datalist>
        <label className="muted">
          at{' '}
          <input
            className="field mono"
            size={22}
            value={expression}
            placeholder="@$peb; empty: layout only"
            spellCheck={false}
            onChange={(event) => setExpression(event.target.value)}
          />
        </label>
        <button type="submit" className="button">
          Show
        </button>
        {address !== undefined && (
          <FollowButton
            follows={follows}
            expression={followed.current}
            place={`0x${address.toString(16)}`}
            onToggle={() => move(follows ? `0x${address.toString(16)}` : followed.current)}
          />
        )}
        {problem !== undefined && (
          <span className="kind-error" role="alert">
            {problem}
          </span>
        )}
      </form>
      {type !== undefined && (
        <div className="pane-rest mono" role="tree" aria-label={`Fields of ${type}`}>
          <Fields type={type} address={address} level={0} />
        </div>
      )}
    </div>
  );
}

function Fields({
  type,
  address,
  level,
}: {
  readonly type: string;
  readonly address?: bigint;
  readonly level: number;
}) {
  const asked = useModel('typeTree', { type, address }, 'symbols');
  return (
    <PaneState asked={asked} what={type}>
      {(tree) => (
        <>
          {level === 0 && tree.note !== undefined && <PaneNote>{tree.note}</PaneNote>}
          {tree.nodes.map((node, i) => (
            <Field
              key={`${node.offset ?? ''} ${node.name} ${i}`}
              node={node}
              level={level}
              columns={columnsOf(tree.nodes)}
            />
          ))}
          {tree.truncated && <PaneNote>More than can be shown: dt with a field shows the rest.</PaneNote>}
        </>
      )}
    </PaneState>
  );
}

/** The columns of a structure's rows: as wide as its longest name and type. */
function columnsOf(nodes: readonly TypeNodeModel[]): string {
  const longest = (text: (n: TypeNodeModel) => string, most: number): number =>
    nodes.reduce((width, n) => Math.max(width, Math.min(most, text(n).length)), 8);
  const name = longest((n) => n.name, MAX_NAME);
  const type = longest((n) => n.type, MAX_TYPE);
  return `7ch ${name}ch ${type}ch minmax(max-content, 1fr)`;
}

function Field({
  node,
  level,
  columns,
}: {
  readonly node: TypeNodeModel;
  readonly level: number;
  /** CSS grid columns, the same for all fields of a structure */
  readonly columns: string;
}) {
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const { opens } = node;
  const canOpen = opens !== undefined && level < MAX_LEVELS;
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const rows = [
      ...(event.currentTarget.closest('[role=tree]')?.querySelectorAll<HTMLElement>('[role=treeitem]') ?? []),
    ];
    const at = rows.indexOf(event.currentTarget);
    if (event.key === 'ArrowRight' && canOpen) setOpen(true);
    else if (event.key === 'ArrowLeft') setOpen(false);
    else if (event.key === 'Enter' && canOpen) setOpen((o) => !o);
    else if (openRowMenu(event, event.currentTarget)) {
      event.preventDefault();
      return;
    } else if (event.key === 'ArrowDown') rows[at + 1]?.focus();
    else if (event.key === 'ArrowUp') rows[at - 1]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <div
        role="treeitem"
        aria-level={level + 1}
        aria-expanded={canOpen ? isOpen : undefined}
        aria-selected={false}
        tabIndex={0}
        className="type-row"
        style={{ paddingLeft: 8 + level * 16, gridTemplateColumns: columns }}
        onKeyDown={onKeyDown}
        onClick={() => canOpen && setOpen((o) => !o)}
      >
        <span className="muted">
          {canOpen ? (isOpen ? '▼ ' : '► ') : '  '}
          {node.offset === undefined ? '' : `+${node.offset.toString(16).padStart(3, '0')}`}
        </span>
        <span title={node.name}>{node.name}</span>
        <span className="kind-type" title={node.type}>
          {node.type}
        </span>
        <span className={node.missing ? 'kind-missing' : undefined}>
          {node.value ?? ''}
          {node.address !== undefined && node.value !== undefined && (
            <>
              {'  '}
              <Place address={node.address} text="@" />
            </>
          )}
        </span>
      </div>
      {isOpen && opens && (
        <div role="group">
          <Fields type={opens.type} address={opens.address} level={level + 1} />
          {opens.address !== undefined && level + 1 >= MAX_LEVELS && (
            <button type="button" className="link" onClick={() => navigate.type(opens.type, opens.address)}>
              open apart
            </button>
          )}
        </div>
      )}
    </>
  );
}

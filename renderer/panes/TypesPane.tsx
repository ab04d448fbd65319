import { useEffect, useId, useRef, useState } from 'react';
import { usePaneAction } from '../app/paneActions.ts';
import { usePanel, useSession } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { FollowButton } from '../parts/FollowButton.tsx';
import { sizeText } from '../parts/format.ts';
import { PaneState } from '../parts/PaneState.tsx';
import { ValueTree } from './ValueTree.tsx';
import './panes.css';

/** What the pane shows before anybody asked: every process has one. */
const PEB = '@$peb';

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
        <div className="pane-rest">
          <Fields
            type={type}
            address={address}
            onOther={(other) => {
              setTyped(other);
              show(other, shown?.at ?? '');
            }}
          />
        </div>
      )}
    </div>
  );
}

/** What is at an address by a type, and what to know of the type. */
function Fields({
  type,
  address,
  onOther,
}: {
  readonly type: string;
  readonly address?: bigint;
  /** another module's type of the name is wanted */
  onOther(type: string): void;
}) {
  const asked = useModel('typeTree', { type, address }, 'symbols');
  return (
    <PaneState asked={asked} what={type}>
      {({ type: name, module, size, nodes, note, truncated, alsoIn }) => (
        <div className="pane-column">
          <p className="type-heading">
            <span className="mono kind-type">{module === undefined ? name : `${module}!${name}`}</span>
            {`, ${sizeText(size)} (0x${size.toString(16)})`}
            {alsoIn.length > 0 && '. Also in '}
            {alsoIn.map((other) => (
              <button
                key={other}
                type="button"
                className="link mono"
                onClick={() => onOther(`${other}!${name}`)}
              >
                {other}{' '}
              </button>
            ))}
            {note !== undefined && `. ${note}`}
            {truncated && '. More than can be shown: dt with a field or an index shows the rest.'}
          </p>
          <div className="pane-rest">
            <ValueTree label={`Fields of ${name}`} nodes={nodes} of="fields" />
          </div>
        </div>
      )}
    </PaneState>
  );
}

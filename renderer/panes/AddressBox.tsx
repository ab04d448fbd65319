import { useEffect, useRef, useState } from 'react';
import { messageOf } from '../client/messageOf.ts';
import { useSession } from '../client/sessionContext.ts';

interface Props {
  readonly label: string;
  readonly place: string;
  readonly placeholder?: string;
  /** characters of the field */
  readonly size?: number;
  /** rises when the key for it was pressed */
  readonly focusTurn: number;
  /** `follows`: the expression, where thread and frame may make it another address */
  onPlace(address: bigint, follows?: string): void;
  onEmpty?(): void;
}

/** A box for any expression that is an address; says what is wrong with one that is none. */
export function AddressBox({ label, place, placeholder, size = 26, focusTurn, onPlace, onEmpty }: Props) {
  const session = useSession();
  const [text, setText] = useState(place);
  const [problem, setProblem] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => setText(place), [place]);
  useEffect(() => {
    if (focusTurn > 0) field.current?.select();
  }, [focusTurn]);
  const go = async (): Promise<void> => {
    if (text.trim() === '' && onEmpty) {
      onEmpty();
      return;
    }
    try {
      const { address, ofContext } = await session.request('evaluate', { expression: text });
      setProblem(undefined);
      onPlace(address, ofContext ? text : undefined);
    } catch (e) {
      setProblem(messageOf(e));
    }
  };
  return (
    <form
      style={{ display: 'contents' }}
      onSubmit={(event) => {
        event.preventDefault();
        void go();
      }}
    >
      <label className="muted">
        {label}{' '}
        <input
          ref={field}
          className="field mono"
          size={size}
          value={text}
          placeholder={placeholder}
          spellCheck={false}
          aria-invalid={problem !== undefined}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      {problem !== undefined && (
        <span className="kind-error" role="alert">
          {problem}
        </span>
      )}
    </form>
  );
}

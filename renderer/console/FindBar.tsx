import { useEffect, useImperativeHandle, useRef, useState, type Ref, type RefObject } from 'react';
import { countText } from '../parts/format.ts';
import type { Found, OutputHandle } from './ConsoleOutput.tsx';

/** Milliseconds after the last letter: a million lines are looked through for each. */
const COUNT_MS = 150;

export interface FindBarHandle {
  focus(): void;
  step(backward: boolean): void;
}

interface Props {
  readonly output: RefObject<OutputHandle | null>;
  readonly ref: Ref<FindBarHandle>;
  onClose(): void;
}

/** Finds text in the output: Enter goes up to the one before, Shift+Enter and F3 down; says which of how many. */
export function FindBar({ output, ref, onClose }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const counting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [text, setText] = useState('');
  const [found, setFound] = useState<Found>();
  const find = (backward: boolean): void => {
    clearTimeout(counting.current);
    if (text !== '') setFound(output.current?.find(text, backward));
  };
  const close = (): void => {
    output.current?.endFind();
    onClose();
  };
  useImperativeHandle(ref, () => ({ focus: () => field.current?.select(), step: find }));
  useEffect(() => {
    if (text === '') {
      setFound(undefined);
      return undefined;
    }
    counting.current = setTimeout(() => setFound(output.current?.count(text)), COUNT_MS);
    return () => clearTimeout(counting.current);
  }, [text, output]);
  return (
    <div className="find-bar" role="search">
      <input
        ref={field}
        className="field mono"
        aria-label="Find in the output"
        autoFocus
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') find(!event.shiftKey);
          else if (event.key === 'Escape') close();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <button type="button" className="button" title="Enter, Shift+F3" onClick={() => find(true)}>
        Previous
      </button>
      <button type="button" className="button" title="Shift+Enter, F3" onClick={() => find(false)}>
        Next
      </button>
      <span role="status">{foundText(found)}</span>
      <button type="button" className="link" onClick={close} aria-label="Close find">
        ×
      </button>
    </div>
  );
}

function foundText(found: Found | undefined): string {
  if (!found) return '';
  const { at, lines } = found;
  if (lines === 0) return 'Not found';
  const all = `${countText(lines)} line${lines === 1 ? '' : 's'}`;
  return at === undefined ? all : `${countText(at)} of ${all}`;
}

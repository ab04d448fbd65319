import { useEffect, useId, useRef, useState } from 'react';
import type { MemorySource } from './memorySource.ts';

interface FieldsBarProps {
  readonly source: MemorySource;
  /** the type whose fields are marked now */
  readonly shown: string | undefined;
  onType(type: string): void;
  onClose(): void;
}

/** Asks for a type whose fields are marked over the bytes from the caret on; an empty one takes the marks away. */
export function FieldsBar({ source, shown, onType, onClose }: FieldsBarProps) {
  const [text, setText] = useState(shown ?? '');
  const [names, setNames] = useState<readonly string[]>([]);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => input.current?.focus(), []);
  const offer = (prefix: string): void => {
    if (prefix.length < 2) setNames([]);
    else
      source.typeNames(prefix).then(setNames, () => {
        setNames([]);
      });
  };
  return (
    <form
      className="memory-bar"
      onSubmit={(event) => {
        event.preventDefault();
        onType(text.trim());
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
    >
      <input
        ref={input}
        aria-label="Fields of"
        className="field mono memory-expression"
        placeholder="_PEB, app!Customer: from the caret on"
        list={id}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          setText(event.target.value);
          offer(event.target.value);
        }}
      />
      <datalist id={id}>
        {names.map((n) => (
          <option key={n} value={n} />
        ))}
      </datalist>
      <button type="submit" className="button">
        Mark
      </button>
      <button
        type="button"
        className="button"
        disabled={shown === undefined}
        onClick={() => {
          setText('');
          onType('');
        }}
      >
        No marks
      </button>
      <button type="button" className="button" aria-label="Close the fields" onClick={onClose}>
        ×
      </button>
    </form>
  );
}

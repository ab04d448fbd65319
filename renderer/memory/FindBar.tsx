import { useEffect, useRef, useState } from 'react';
import type { MemorySource } from './memorySource.ts';

interface FindBarProps {
  readonly source: MemorySource;
  /** where the last match is, else the caret */
  from(): bigint;
  readonly hasFound: boolean;
  onFound(address: bigint, length: number): void;
  onClose(): void;
}

type Status = { readonly kind: 'idle' | 'searching' } | { readonly kind: 'said'; readonly text: string };

/** Finds bytes, text or pointers in all memory of the dump; Esc stops a search, and closes the bar when none runs. */
export function FindBar({ source, from, hasFound, onFound, onClose }: FindBarProps) {
  const [text, setText] = useState('');
  const [status, setStatus] = useState<Status>({ kind: 'idle' });
  const running = useRef<AbortController>(undefined);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.focus();
    return () => running.current?.abort();
  }, []);

  const search = async (direction: 'forward' | 'backward'): Promise<void> => {
    running.current?.abort();
    const stop = new AbortController();
    running.current = stop;
    setStatus({ kind: 'searching' });
    const at = from();
    // the match that is shown is not found again
    const start = !hasFound ? at : direction === 'forward' ? at + 1n : at - 1n;
    try {
      const hit = start < 0n ? undefined : await source.find({ text, from: start, direction }, stop.signal);
      if (hit === undefined) {
        const where = direction === 'forward' ? 'up to the end of memory' : 'down to the start of memory';
        setStatus({ kind: 'said', text: `Not found ${where}` });
      } else {
        setStatus({ kind: 'said', text: `Found at 0x${hit.address.toString(16)}` });
        onFound(hit.address, hit.length);
      }
    } catch (e) {
      setStatus({
        kind: 'said',
        text: stop.signal.aborted ? 'Stopped' : e instanceof Error ? e.message : String(e),
      });
    }
  };

  return (
    <form
      className="memory-bar memory-find"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        void search('forward');
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.preventDefault();
          if (status.kind === 'searching') running.current?.abort();
          else onClose();
        } else if (event.key === 'Enter' && event.shiftKey) {
          event.preventDefault();
          void search('backward');
        }
      }}
    >
      <input
        ref={input}
        className="field mono memory-expression"
        aria-label={'Find: "text", u"text" (UTF-16), bytes, or an expression as a pointer'}
        placeholder={'"text"   u"text"   cd cd fd fd   pointer'}
        value={text}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="button" title="Next (Enter)">
        Next
      </button>
      <button
        type="button"
        className="button"
        title="Previous (Shift+Enter)"
        onClick={() => void search('backward')}
      >
        Previous
      </button>
      <span role="status">
        {status.kind === 'searching' ? 'Searching … Esc stops' : status.kind === 'said' ? status.text : ''}
      </span>
      <button type="button" className="button" aria-label="Close the search" onClick={onClose}>
        ×
      </button>
    </form>
  );
}

import { useEffect, useRef, useState } from 'react';
import { messageOf } from '../client/messageOf.ts';
import type { MemorySource } from './memorySource.ts';

interface FindBarProps {
  readonly source: MemorySource;
  /** where the last match is, else the caret */
  from(): bigint;
  readonly hasFound: boolean;
  onFound(address: bigint, length: number): void;
  onClose(): void;
}

/** A search that is done within it says nothing before its answer: the line would flicker. */
const QUIET_MS = 300;

type Status =
  | { readonly kind: 'idle' }
  /** `percent` of the memory ahead, once it takes a while */
  | { readonly kind: 'searching'; readonly percent?: number }
  | { readonly kind: 'said'; readonly text: string };

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
    const began = performance.now();
    const onProgress = (share: number): void => {
      const percent = Math.min(99, Math.floor(share * 100));
      if (running.current === stop && performance.now() - began >= QUIET_MS)
        setStatus((old) =>
          old.kind === 'searching' && old.percent === percent ? old : { kind: 'searching', percent },
        );
    };
    const at = from();
    // the match that is shown is not found again
    const start = !hasFound ? at : direction === 'forward' ? at + 1n : at - 1n;
    try {
      const request = { text, from: start, direction };
      const hit = start < 0n ? undefined : await source.find(request, stop.signal, onProgress);
      if (running.current !== stop) return;
      running.current = undefined;
      if (hit === undefined) {
        const where = direction === 'forward' ? 'up to the end of memory' : 'down to the start of memory';
        setStatus({ kind: 'said', text: `Not found ${where}` });
      } else {
        setStatus({ kind: 'said', text: `Found at 0x${hit.address.toString(16)}` });
        onFound(hit.address, hit.length);
      }
    } catch (e) {
      // another one has begun
      if (running.current !== stop) return;
      running.current = undefined;
      setStatus({
        kind: 'said',
        text: stop.signal.aborted ? 'Stopped' : messageOf(e),
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
          event.stopPropagation();
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
      <span role="status">{status.kind === 'said' ? status.text : ''}</span>
      {status.kind === 'searching' && status.percent !== undefined && (
        // no status: a screen reader would say each percent
        <span role="progressbar" aria-label="Searched memory" aria-valuenow={status.percent}>
          {status.percent} % searched; Esc stops
        </span>
      )}
      <button type="button" className="button" aria-label="Close the search" onClick={onClose}>
        ×
      </button>
    </form>
  );
}

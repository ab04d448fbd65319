import { useEffect, useState } from 'react';
import { logText } from '../client/consoleLog.ts';
import type { DumpSession } from '../client/dumpSession.ts';
import { useStore } from '../client/store.ts';
import { announcement } from './announcement.ts';

/** Lines that a reader can go through: what was printed last. */
const REVIEW_LINES = 200;
/** Milliseconds after which what was printed is told: while it streams, so often and no more often. */
const TELL_MS = 300;
const MAX_WAIT_MS = 3000;
/** Lines of which more are counted alone: none of them would be read out. */
const MAX_TOLD = 1000;

interface Last {
  readonly lines: readonly string[];
  /** of the whole log, and commands that had ended, when this was told */
  readonly length: number;
  readonly ran: number;
}

/**
 * The output for those who listen: what is new is announced, a little at a time, and the last lines can be read one by
 * one. The terminal itself draws no text that a screen reader finds.
 */
export function Spoken({ session }: { readonly session: DumpSession }) {
  const { log, ran, running } = session;
  const [last, setLast] = useState<Last>({ lines: [], length: 0, ran: 0 });
  const [news, setNews] = useState('');
  const isQuiet = useStore(running) === 0;
  const isCurrent = useStore(ran) === last.ran && isQuiet;
  useEffect(() => {
    let told = log.length;
    let since = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = (): void => {
      since = 0;
      const lines = log.slice(log.length - REVIEW_LINES).map(logText);
      setLast({ lines, length: log.length, ran: ran.get() });
      setNews(announcement(log.slice(Math.max(told, log.length - MAX_TOLD))));
      told = log.length;
    };
    const changed = (): void => {
      if (since === 0) since = performance.now();
      clearTimeout(timer);
      // output that goes on and on is told in between
      const left = since + MAX_WAIT_MS - performance.now();
      timer = setTimeout(tell, Math.max(0, Math.min(TELL_MS, left)));
    };
    const ends = [
      log.onChange((isCleared) => {
        if (isCleared) told = 0;
        changed();
      }),
      ran.subscribe(changed),
    ];
    return () => {
      clearTimeout(timer);
      ends.forEach((end) => end());
    };
  }, [log, ran]);
  const { lines } = last;
  // how far it has come is for those who wait for it: tests
  return (
    <>
      <div
        className="unseen"
        role="region"
        aria-label="Last output"
        data-testid="console-text"
        data-lines={last.length}
        data-ran={last.ran}
        data-current={isCurrent}
      >
        {lines.map((line, i) => (
          <div key={i}>{`${line}${i < lines.length - 1 ? '\n' : ''}`}</div>
        ))}
      </div>
      <div className="unseen" role="status" data-testid="console-news">
        {news}
      </div>
    </>
  );
}

import { useEffect, useState } from 'react';
import { messageOf } from '../client/messageOf.ts';
import { version } from '../../package.json';
import { PaneNote } from '../parts/PaneState.tsx';
import './aboutPane.css';

/** Which program this is, and whose work is in it. */
export function AboutPane() {
  const notices = useNotices();
  return (
    <div className="about pane-rest" role="region" aria-label="About" tabIndex={0}>
      <h2>Stillframe {version}</h2>
      <p>A debugger for Windows minidumps. MIT licence.</p>
      <p>Dumps are read where they are. Nothing is uploaded.</p>
      <h2>Licences</h2>
      {notices.state === 'loading' && <PaneNote>Loading…</PaneNote>}
      {notices.state === 'failed' && <PaneNote>notices.txt could not be read: {notices.why}</PaneNote>}
      {notices.state === 'ready' && <pre className="about-notices mono">{notices.text}</pre>}
    </div>
  );
}

type Notices =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly text: string }
  | { readonly state: 'failed'; readonly why: string };

/** The file beside the page (scripts/notices.ts). */
function useNotices(): Notices {
  const [notices, setNotices] = useState<Notices>({ state: 'loading' });
  useEffect(() => {
    const stop = new AbortController();
    const load = async (): Promise<string> => {
      const answer = await fetch('notices.txt', { signal: stop.signal });
      if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
      return answer.text();
    };
    load().then(
      (text) => setNotices({ state: 'ready', text }),
      (e: unknown) => {
        if (!stop.signal.aborted) setNotices({ state: 'failed', why: messageOf(e) });
      },
    );
    return () => stop.abort();
  }, []);
  return notices;
}

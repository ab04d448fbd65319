import { useEffect, useState } from 'react';
import { useSession } from '../client/sessionContext.ts';
import { useStore } from '../client/store.ts';
import { countText } from '../parts/format.ts';
import { targetAction, type SpanTarget } from './spanTarget.ts';

/** Milliseconds after which a run says how long it takes. */
const SHOWN_AFTER_MS = 300;
const TICK_MS = 100;

/** What runs and how far it is; what a click would run, while the pointer is on a link. */
export function RunningLine({ hovered }: { readonly hovered: SpanTarget | undefined }) {
  const running = useStore(useSession().running);
  if (running > 0) return <Running />;
  return <div className="running-line">{hovered && targetAction(hovered)}</div>;
}

function Running() {
  const session = useSession();
  const progress = useStore(session.progress);
  const elapsed = useElapsed();
  const share = progress?.total ? Math.floor((100 * progress.done) / progress.total) : undefined;
  const what = progress?.what ?? 'running';
  const done = progress && share === undefined ? ` ${countText(progress.done)}` : '';
  return (
    <div className="running-line">
      <span className="busy" aria-hidden />
      {/* what is done is told once, not with each step of it */}
      <span className="unseen" role="status">
        {elapsed >= SHOWN_AFTER_MS ? what : ''}
      </span>
      <span
        role="progressbar"
        aria-label={what}
        aria-valuenow={share}
        aria-valuetext={share === undefined ? `${what}${done}` : undefined}
      >
        {share === undefined ? `${what}${done}` : `${what} ${share} %`}
        {elapsed >= SHOWN_AFTER_MS && ` · ${(elapsed / 1000).toFixed(1)} s`}
      </span>
      <button type="button" className="link" onClick={() => session.stop()} title="Esc, Ctrl+C or Ctrl+Break">
        Stop
      </button>
    </div>
  );
}

/** Milliseconds since the component was shown. */
function useElapsed(): number {
  const [elapsed, setElapsed] = useState(0);
  useEffect(() => {
    const start = performance.now();
    const timer = setInterval(() => setElapsed(performance.now() - start), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return elapsed;
}

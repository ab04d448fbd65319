import { useEffect, useState } from 'react';
import type { CoverageModel } from '../../core/protocol/index.ts';
import type { DumpSession } from '../client/dumpSession.ts';
import { useStore } from '../client/store.ts';
import { countText, sizeText } from '../parts/format.ts';

/** What of the dump is there: symbols, memory, heaps that were walked, what runs. */
export function StatusBar({ session }: { readonly session: DumpSession }) {
  const dump = useStore(session.dump);
  const context = useStore(session.context);
  const progress = useStore(session.progress);
  const running = useStore(session.running);
  const coverage = useCoverage(session);
  const { symbols, heaps } = context ?? {};
  return (
    <footer className="status-bar">
      {symbols && (
        <span title="Modules with a PDB or Breakpad file, of all; deferred ones are looked for when needed">
          symbols: {symbols.loaded} of {symbols.modules}
          {symbols.deferred > 0 ? ` · ${symbols.deferred} deferred` : ''}
        </span>
      )}
      {dump && (
        <span title={coverage && coverageTip(coverage)}>
          dump: {dump.kind}, {coverage ? `${shareText(coverage)} of memory, ` : ''}
          {sizeText(dump.memoryBytes)}
        </span>
      )}
      {heaps && (
        <span
          className={heaps.errors > 0 ? 'kind-error' : undefined}
          title="Heaps that were walked so far, and what is damaged in them: !heap -triage lists it"
        >
          heaps: {heaps.walked} walked, {countText(heaps.errors)} error{heaps.errors === 1 ? '' : 's'}
        </span>
      )}
      {dump && dump.problems.length > 0 && (
        <span className="kind-warning" title={dump.problems.join('\n')}>
          <span className="status-sign">!</span>
          {dump.problems.length} problem{dump.problems.length === 1 ? '' : 's'} in the file
        </span>
      )}
      <span className="grow" />
      {running > 0 && (
        <span>
          <span className="busy status-sign" aria-hidden />
          {progress?.what ?? 'running'}{' '}
          {progress?.total
            ? `${Math.floor((100 * progress.done) / progress.total)} %`
            : (progress?.done ?? '')}
        </span>
      )}
    </footer>
  );
}

/** How much of the process' memory the dump has: asked for once, when the dump is open. */
function useCoverage(session: DumpSession): CoverageModel | undefined {
  const dump = useStore(session.dump);
  const [coverage, setCoverage] = useState<CoverageModel>();
  useEffect(() => {
    setCoverage(undefined);
    if (!dump) return undefined;
    const stop = new AbortController();
    session.request('coverage', {}, {}, stop.signal).then(
      (found) => {
        if (!stop.signal.aborted) setCoverage(found);
      },
      // the line says what it knows without
      () => undefined,
    );
    return () => stop.abort();
  }, [session, dump]);
  return coverage;
}

/** Less than all is never 100 %, more than nothing never 0 %. */
function shareText({ readable, held }: CoverageModel): string {
  const share = readable === 0 ? 0 : (100 * held) / readable;
  if (share >= 100) return '100 %';
  if (share > 0 && share < 1) return 'under 1 %';
  return `${Math.floor(share)} %`;
}

function coverageTip({ readable, held }: CoverageModel): string {
  return `${sizeText(held)} of the ${sizeText(readable)} that the process had committed and could read`;
}

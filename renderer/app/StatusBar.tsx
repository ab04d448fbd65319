import type { DumpSession } from '../client/dumpSession.ts';
import { useStore } from '../client/store.ts';
import { sizeText } from '../parts/format.ts';

/** What of the dump is there: symbols, memory, what runs. */
export function StatusBar({ session }: { readonly session: DumpSession }) {
  const dump = useStore(session.dump);
  const context = useStore(session.context);
  const progress = useStore(session.progress);
  const running = useStore(session.running);
  const symbols = context?.symbols;
  return (
    <footer className="status-bar">
      {symbols && (
        <span title="Modules with a PDB or Breakpad file; deferred ones are looked for when needed">
          symbols: {symbols.loaded} of {symbols.modules}
          {symbols.deferred > 0 ? ` · ${symbols.deferred} deferred` : ''}
        </span>
      )}
      {dump && (
        <span>
          dump: {dump.kind}, {sizeText(dump.memoryBytes)} of memory
        </span>
      )}
      {dump && dump.problems.length > 0 && (
        <span className="kind-warning">
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

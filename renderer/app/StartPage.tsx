import type { DumpSource, Initial } from '../client/host.ts';
import { visible } from '../../core/protocol/index.ts';
import { IS_MAC } from './isMac.ts';
import { keyText } from './keyName.ts';
import './startPage.css';

interface Props {
  readonly recent: readonly DumpSource[];
  readonly failure?: { readonly name: string; readonly reason: string };
  readonly lost: Initial['lost'];
  onOpen(): void;
  onSample(): void;
  onRecent(dump: DumpSource): void;
}

/** What the window shows before a dump is open: how to open one, and that nothing leaves the machine. */
export function StartPage({ recent, failure, lost, onOpen, onSample, onRecent }: Props) {
  return (
    <main className="start-page">
      <h1>Stillframe</h1>
      <p>A debugger for Windows minidumps.</p>
      {failure && (
        <p className="start-failure" role="alert">
          <strong>{failure.name}</strong> could not be opened: {failure.reason}
        </p>
      )}
      {lost && (
        <p className="start-lost" role="status">
          <strong>{lost.names.map(visible).join(', ')}</strong> {lost.names.length === 1 ? 'was' : 'were'}{' '}
          open here before. {lost.why}
        </p>
      )}
      <div className="start-drop">
        <p>Drop a .dmp file here, with its PDBs if you have them.</p>
        <button type="button" className="button" onClick={onOpen} autoFocus>
          Open dump… <kbd>{keyText('Ctrl+D', IS_MAC)}</kbd>
        </button>{' '}
        <button type="button" className="button" onClick={onSample}>
          Open the sample
        </button>
      </div>
      {recent.length > 0 && (
        <section aria-labelledby="recent-dumps">
          <h2 id="recent-dumps">Opened before</h2>
          <ul className="start-recent">
            {recent.map((dump, i) => (
              <li key={i}>
                <button type="button" className="link" onClick={() => onRecent(dump)}>
                  {visible(dump.name)}
                </button>
                {dump.folder !== undefined && <span className="muted"> in {visible(dump.folder)}</span>}
              </li>
            ))}
          </ul>
        </section>
      )}
      <p className="muted">The file is read where it is. Nothing is uploaded.</p>
    </main>
  );
}

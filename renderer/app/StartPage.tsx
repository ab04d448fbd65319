import './startPage.css';

interface Props {
  readonly failure?: { readonly name: string; readonly reason: string };
  onOpen(): void;
  onSample(): void;
}

/** What the window shows before a dump is open: how to open one, and that nothing leaves the machine. */
export function StartPage({ failure, onOpen, onSample }: Props) {
  return (
    <main className="start-page">
      <h1>Stillframe</h1>
      <p>A debugger for Windows minidumps.</p>
      {failure && (
        <p className="start-failure" role="alert">
          <strong>{failure.name}</strong> could not be opened: {failure.reason}
        </p>
      )}
      <div className="start-drop">
        <p>Drop a .dmp file here, with its PDBs if you have them.</p>
        <button type="button" className="button" onClick={onOpen} autoFocus>
          Open dump… <kbd>Ctrl+D</kbd>
        </button>{' '}
        <button type="button" className="button" onClick={onSample}>
          Open the sample
        </button>
      </div>
      <p className="muted">The file is read where it is. Nothing is uploaded.</p>
    </main>
  );
}

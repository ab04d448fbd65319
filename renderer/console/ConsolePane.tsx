import { useEffect, useRef, useState } from 'react';
import { logText } from '../client/consoleLog.ts';
import { useNavigate, useSession } from '../client/sessionContext.ts';
import { useStore } from '../client/store.ts';
import { usePaneAction } from '../app/paneActions.ts';
import { CommandLine, type CommandLineHandle } from './CommandLine.tsx';
import { ConsoleOutput, type OutputHandle } from './ConsoleOutput.tsx';
import './console.css';

/** Lines that screen readers are told: what a command printed last. */
const SPOKEN_LINES = 40;

/** The console: output above, the command line below, what runs between them. */
export function ConsolePane() {
  const session = useSession();
  const navigate = useNavigate();
  const output = useRef<OutputHandle>(null);
  const command = useRef<CommandLineHandle>(null);
  const [finding, setFinding] = useState(false);
  const [hovered, setHovered] = useState<string>();
  const pane = useRef<HTMLDivElement>(null);
  usePaneAction(pane, 'find', () => setFinding(true));
  usePaneAction(pane, 'focus', () => command.current?.focus());
  useEffect(() => command.current?.focus(), []);

  return (
    <div
      className="console"
      ref={pane}
      onMouseUp={(event) => {
        const inField = event.target instanceof HTMLElement && event.target.closest('input, button');
        if (!inField && output.current?.selection() === '') command.current?.focus();
      }}
      onKeyDown={(event) => {
        if (event.key === 'c' && event.ctrlKey && (output.current?.selection() ?? '') !== '') {
          void navigator.clipboard.writeText(output.current?.selection() ?? '');
          event.preventDefault();
          event.stopPropagation();
        }
      }}
    >
      <div className="console-tools" role="toolbar" aria-label="Console">
        <button
          type="button"
          className="link"
          onClick={() => setFinding((f) => !f)}
          title="Find in the output (Ctrl+F)"
        >
          Find
        </button>
        <button
          type="button"
          className="link"
          title="Copy all output without prompts and commands"
          onClick={() => void navigator.clipboard.writeText(session.log.text({ prompts: false }))}
        >
          Copy output
        </button>
        <button
          type="button"
          className="link"
          title="Save everything the console has shown"
          onClick={() =>
            void session.host.saveText(`${session.name}.log`, session.log.text({ prompts: true }))
          }
        >
          Save log
        </button>
        <button
          type="button"
          className="link"
          onClick={() => session.log.clear()}
          title="Clear the output (.cls)"
        >
          Clear
        </button>
      </div>
      {finding && <FindBar output={output} onClose={() => setFinding(false)} />}
      <ConsoleOutput
        log={session.log}
        ref={output}
        run={(line) => navigate.run(line)}
        hover={setHovered}
        onType={() => command.current?.focus()}
      />
      <Spoken />
      <RunningLine hovered={hovered} />
      <CommandLine session={session} ref={command} scroll={(pages) => output.current?.pages(pages)} />
    </div>
  );
}

/** What runs and how far it is; what a click would run, while the pointer is on a link. */
function RunningLine({ hovered }: { readonly hovered: string | undefined }) {
  const session = useSession();
  const progress = useStore(session.progress);
  const running = useStore(session.running);
  if (running > 0) {
    const amount = progress
      ? progress.total
        ? `${Math.floor((100 * progress.done) / progress.total)} %`
        : String(progress.done)
      : '';
    return (
      <div className="running-line" role="status">
        <span className="busy" aria-hidden />
        {progress ? `${progress.what} ${amount}` : 'running'}
        <button
          type="button"
          className="link"
          onClick={() => session.stop()}
          title="Esc, Ctrl+C or Ctrl+Break"
        >
          Stop
        </button>
      </div>
    );
  }
  return <div className="running-line">{hovered === undefined ? '' : `runs ${hovered}`}</div>;
}

function FindBar({
  output,
  onClose,
}: {
  readonly output: React.RefObject<OutputHandle | null>;
  onClose(): void;
}) {
  const [text, setText] = useState('');
  const [missed, setMissed] = useState(false);
  const find = (backward: boolean): void =>
    setMissed(text !== '' && output.current?.find(text, backward) === false);
  const close = (): void => {
    output.current?.endFind();
    onClose();
  };
  return (
    <div className="find-bar" role="search">
      <input
        className="field mono"
        aria-label="Find in the output"
        autoFocus
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') find(!event.shiftKey);
          else if (event.key === 'Escape') close();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <button type="button" className="button" onClick={() => find(true)}>
        Previous
      </button>
      <button type="button" className="button" onClick={() => find(false)}>
        Next
      </button>
      <span role="status">{missed ? 'Not found' : ''}</span>
      <button type="button" className="link" onClick={close} aria-label="Close find">
        ✕
      </button>
    </div>
  );
}

/** The last output for those who listen: the terminal itself draws no text that a screen reader finds. */
function Spoken() {
  const { log } = useSession();
  const [text, setText] = useState('');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = log.onAdd(() => {
      clearTimeout(timer);
      timer = setTimeout(() => setText(log.lines.slice(-SPOKEN_LINES).map(logText).join('\n')), 300);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [log]);
  return (
    <div className="unseen" role="log" aria-label="Last output" data-testid="console-text">
      {text}
    </div>
  );
}

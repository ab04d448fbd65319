import { useCallback, useEffect, useRef, useState } from 'react';
import { logText } from '../client/consoleLog.ts';
import { useNavigate, useSession } from '../client/sessionContext.ts';
import { useStore } from '../client/store.ts';
import { usePaneAction } from '../app/paneActions.ts';
import { countText } from '../parts/format.ts';
import { ActionMenu } from '../parts/ActionMenu.tsx';
import { leave, restAt, type Point } from '../parts/hoverTip.ts';
import { CommandLine, type CommandLineHandle } from './CommandLine.tsx';
import { ConsoleOutput, type OutputHandle } from './ConsoleOutput.tsx';
import { targetAction, type SpanTarget } from './spanTarget.ts';
import { describeTarget, followTarget, targetItems } from './targetActions.ts';
import './console.css';

/** Milliseconds that a notice stands. */
const SAID_MS = 4000;
/** Lines that screen readers are told: what a command printed last. */
const SPOKEN_LINES = 40;

/** The console: output above, the command line below, what runs between them. */
export function ConsolePane() {
  const session = useSession();
  const navigate = useNavigate();
  const output = useRef<OutputHandle>(null);
  const command = useRef<CommandLineHandle>(null);
  const [finding, setFinding] = useState(false);
  /** what a button did that is seen nowhere else */
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSaid(''), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const [hovered, setHovered] = useState<SpanTarget>();
  const [menu, setMenu] = useState<{ target: SpanTarget; at: Point }>();
  const closeMenu = useCallback(() => setMenu(undefined), []);
  useEffect(() => leave, []);
  const pane = useRef<HTMLDivElement>(null);
  usePaneAction(pane, 'find', () => setFinding(true));
  usePaneAction(pane, 'type', (text) => command.current?.type(text));
  usePaneAction(pane, 'links', () => command.current?.links());
  usePaneAction(pane, 'history', () => command.current?.history());
  usePaneAction(pane, 'copyOutput', () => copyOutput());
  usePaneAction(pane, 'clear', () => session.log.clear());
  usePaneAction(pane, 'focus', () => command.current?.focus());
  useEffect(() => command.current?.focus(), []);

  const copyOutput = (): void => {
    const text = session.log.text({ prompts: false });
    const lines = countText(text.split('\n').length - 1);
    void navigator.clipboard.writeText(text).then(() => setSaid(`${lines} lines copied without prompts`));
  };

  return (
    <div
      className="console"
      ref={pane}
      onMouseUp={(event) => {
        if (event.button !== 0) return;
        const inField = event.target instanceof HTMLElement && event.target.closest('input, button');
        if (!inField && output.current?.selection() === '') command.current?.focus();
      }}
      onKeyDown={(event) => {
        if (
          event.key === 'c' &&
          event.ctrlKey &&
          !event.altKey &&
          (output.current?.selection() ?? '') !== ''
        ) {
          void navigator.clipboard.writeText(output.current?.selection() ?? '');
          event.preventDefault();
          event.stopPropagation();
        }
      }}
    >
      <div className="console-tools" role="toolbar" aria-label="Console">
        <span className="muted" role="status">
          {said}
        </span>
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
          onClick={copyOutput}
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
        typing={session.typing}
        ref={output}
        follow={(target, { ctrlKey }) => {
          leave();
          followTarget(target, navigate, ctrlKey, setSaid);
        }}
        hover={(target, { clientX, clientY }) => {
          setHovered(target);
          if (target) restAt({ x: clientX, y: clientY }, () => describeTarget(target, session));
          else leave();
        }}
        onMenu={(target, at) => {
          leave();
          setMenu({ target, at });
        }}
        onType={() => command.current?.focus()}
      />
      <Spoken />
      <RunningLine hovered={hovered} />
      <CommandLine
        session={session}
        ref={command}
        scroll={(pages) => output.current?.pages(pages)}
        say={setSaid}
      />
      {menu && (
        <ActionMenu
          label={`Actions for ${menu.target.text}`}
          items={targetItems(menu.target, navigate)}
          at={menu.at}
          onClose={closeMenu}
        />
      )}
    </div>
  );
}

/** What runs and how far it is; what a click would run, while the pointer is on a link. */
function RunningLine({ hovered }: { readonly hovered: SpanTarget | undefined }) {
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
  return <div className="running-line">{hovered && targetAction(hovered)}</div>;
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
        ×
      </button>
    </div>
  );
}

/** The last output for those who listen: the terminal itself draws no text that a screen reader finds. */
function Spoken() {
  const { log, ran, running } = useSession();
  const [said, setSaid] = useState({ text: '', lines: 0, ran: 0 });
  const isQuiet = useStore(running) === 0;
  const isCurrent = useStore(ran) === said.ran && isQuiet;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const changed = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const text = log
          .slice(log.length - SPOKEN_LINES)
          .map(logText)
          .join('\n');
        setSaid({ text, lines: log.length, ran: ran.get() });
      }, 300);
    };
    const ends = [log.onChange(changed), ran.subscribe(changed)];
    return () => {
      clearTimeout(timer);
      ends.forEach((end) => end());
    };
  }, [log, ran]);
  // how far it has come is for those who wait for it: tests
  return (
    <div
      className="unseen"
      role="log"
      aria-label="Last output"
      data-testid="console-text"
      data-lines={said.lines}
      data-ran={said.ran}
      data-current={isCurrent}
    >
      {said.text}
    </div>
  );
}

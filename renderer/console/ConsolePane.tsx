import { useCallback, useEffect, useRef, useState } from 'react';
import { useNavigate, useSession } from '../client/sessionContext.ts';
import { usePaneAction } from '../app/paneActions.ts';
import { countText } from '../parts/format.ts';
import { ActionMenu } from '../parts/ActionMenu.tsx';
import { leave, restAt, type Point } from '../parts/hoverTip.ts';
import { CommandLine, type CommandLineHandle } from './CommandLine.tsx';
import { ConsoleOutput, type OutputHandle } from './ConsoleOutput.tsx';
import { FindBar, type FindBarHandle } from './FindBar.tsx';
import { RunningLine } from './RunningLine.tsx';
import type { SpanTarget } from './spanTarget.ts';
import { Spoken } from './Spoken.tsx';
import { describeTarget, followTarget, targetItems } from './targetActions.ts';
import './console.css';

/** Milliseconds that a notice stands. */
const SAID_MS = 4000;

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
  const findBar = useRef<FindBarHandle>(null);
  usePaneAction(pane, 'find', () => (findBar.current ? findBar.current.focus() : setFinding(true)));
  usePaneAction(pane, 'findNext', () => (findBar.current ? findBar.current.step(false) : setFinding(true)));
  usePaneAction(pane, 'findPrevious', () =>
    findBar.current ? findBar.current.step(true) : setFinding(true),
  );
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
    <section
      className="console"
      aria-label="Console"
      ref={pane}
      onMouseUp={(event) => {
        if (event.button !== 0) return;
        const inField = event.target instanceof HTMLElement && event.target.closest('input, button');
        if (!inField && output.current?.selection() === '') command.current?.focus();
      }}
      onKeyDownCapture={(event) => {
        const isCopy = event.key === 'c' && (event.ctrlKey || event.metaKey) && !event.altKey;
        const selected = isCopy && !hasSelection(event.target) ? (output.current?.selection() ?? '') : '';
        if (selected === '') return;
        void navigator.clipboard.writeText(selected);
        // once copied, the same keys stop what runs
        output.current?.deselect();
        event.preventDefault();
        event.stopPropagation();
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
      {finding && (
        <FindBar
          ref={findBar}
          output={output}
          onClose={() => {
            setFinding(false);
            command.current?.focus();
          }}
        />
      )}
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
      <Spoken session={session} />
      <RunningLine hovered={hovered} />
      <CommandLine
        session={session}
        ref={command}
        scroll={(pages) => output.current?.pages(pages)}
        say={setSaid}
        onMenu={(target, at) => setMenu({ target, at })}
      />
      {menu && (
        <ActionMenu
          label={`Actions for ${menu.target.text}`}
          items={targetItems(menu.target, navigate)}
          at={menu.at}
          onClose={closeMenu}
        />
      )}
    </section>
  );
}

/** Whether a field has a selection of its own, which is what is copied then. */
function hasSelection(target: EventTarget): boolean {
  return target instanceof HTMLInputElement && target.selectionStart !== target.selectionEnd;
}

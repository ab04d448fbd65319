import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { visible } from '../../core/protocol/index.ts';
import { DumpSession } from '../client/dumpSession.ts';
import type { DumpSource, Host } from '../client/host.ts';
import { useStore } from '../client/store.ts';
import { HoverTip } from '../parts/HoverTip.tsx';
import { keyName, windowActions, type WindowControl } from './actions.ts';
import { CommandPalette } from './CommandPalette.tsx';
import { defaultLayout, forgetLayout } from './dockLayout.ts';
import { droppedFiles } from './droppedFiles.ts';
import { MenuBar } from './MenuBar.tsx';
import { sendPaneAction } from './paneActions.ts';
import { focusPanel, frontPanel } from './panels.ts';
import { StartPage } from './StartPage.tsx';
import { StatusBar } from './StatusBar.tsx';
import { TitleLine } from './TitleLine.tsx';
import { chooseTheme, chosenTheme, THEMES } from './theme.ts';
import { Workspace, type WorkspaceHandle } from './Workspace.tsx';
import './app.css';

/** What a dump is called; everything else that is dropped may be symbols. */
const DUMP = /\.(?:dmp|mdmp|hdmp)(?:\.gz)?$|\.gz$/i;

/** Keys that begin a command. */
const COMMAND_START = /^(?:Shift\+)?[A-Z]$|^[.!~?|]$/;

/** The window: tabs of dumps, menus, keys. */
export function App({ host }: { readonly host: Host }) {
  const [sessions, setSessions] = useState<readonly DumpSession[]>([]);
  /** those that are being opened */
  const [coming, setComing] = useState<readonly DumpSession[]>([]);
  const [active, setActive] = useState<DumpSession>();
  const [failure, setFailure] = useState<{ name: string; reason: string }>();
  const [palette, setPalette] = useState(false);
  const workspaces = useRef(new Map<DumpSession, WorkspaceHandle>());

  const open = useCallback(
    async (dump: DumpSource, beside: readonly unknown[] = []): Promise<void> => {
      setFailure(undefined);
      const session = new DumpSession(host, dump);
      setComing((all) => [...all, session]);
      await session.open();
      const reason = session.failure.get();
      if (reason === undefined && beside.length > 0) await session.addFiles(beside);
      setComing((all) => all.filter((s) => s !== session));
      if (reason !== undefined) {
        session.close();
        setFailure({ name: session.name, reason });
        return;
      }
      setSessions((all) => inOrder([...all, session]));
      setActive((a) => (a && a.number > session.number ? a : session));
    },
    [host],
  );
  const close = useCallback((session: DumpSession): void => {
    session.close();
    workspaces.current.delete(session);
    setSessions((all) => {
      const rest = all.filter((s) => s !== session);
      setActive((a) => (a === session ? rest.at(-1) : a));
      return rest;
    });
  }, []);

  useEffect(() => {
    void host.initialDumps().then((dumps) => {
      for (const dump of dumps) void open(dump);
    });
    host.onOpenDump((dump) => void open(dump));
  }, [host, open]);

  useEffect(
    () => host.shownDumps?.(inOrder([...sessions, ...coming]).map((s) => s.source)),
    [host, sessions, coming],
  );

  const state = useRef({ sessions, active });
  state.current = { sessions, active };
  const actions = useMemo(() => {
    const here = (): WorkspaceHandle | undefined => {
      const { active: session } = state.current;
      return session && workspaces.current.get(session);
    };
    const control: WindowControl = {
      openDumps: () => void host.chooseDumps().then((dumps) => dumps.forEach((d) => void open(d))),
      addSymbols: () => void host.chooseFiles().then((files) => here()?.session.addFiles(files)),
      closeTab: () => state.current.active && close(state.current.active),
      nextTab: (by) => {
        const { sessions: all, active: session } = state.current;
        const at = session ? all.indexOf(session) : -1;
        setActive(all[(at + by + all.length) % all.length]);
      },
      showPane: (name) => {
        const w = here();
        w?.navigate.pane(name);
        focusPanel(w?.api.activePanel?.id ?? name);
      },
      newPane: (name) => {
        const w = here();
        if (name === 'disassembly') w?.navigate.disassembly('@$ip', { beside: true });
        else if (name === 'types') w?.navigate.type('_PEB', undefined, { beside: true });
        else if (name === 'memory') w?.navigate.memory('@$csp', { beside: true });
        else if (w) w.open(name);
      },
      resetLayout: () => {
        const w = here();
        if (!w) return;
        forgetLayout();
        defaultLayout(w.api);
      },
      closePane: () => here()?.api.activePanel?.api.close(),
      nextPane: (by) => {
        const w = here();
        if (!w) return;
        // those in front of their groups: what is seen
        const seen = w.api.groups.flatMap((g) => (g.activePanel ? [g.activePanel] : []));
        const at = seen.findIndex((p) => p === w.api.activePanel);
        const next = seen[(at + by + seen.length) % seen.length];
        next?.api.setActive();
        if (next) focusPanel(next.id);
      },
      pane: (action) => {
        const id = here()?.api.activePanel?.id;
        const focused = document.activeElement?.closest('[data-panel]');
        const panel = focused ?? (id === undefined ? undefined : frontPanel(id));
        if (panel) sendPaneAction(panel, action);
      },
      console: (action) => {
        here()?.navigate.pane('console');
        const panel = frontPanel('console');
        if (panel) sendPaneAction(panel, action);
      },
      openSample: () => void host.sample().then(({ dump, symbols }) => open(dump, symbols)),
      palette: () => setPalette(true),
      theme: chooseTheme,
      nextTheme: () => {
        const at = THEMES.indexOf(chosenTheme.get());
        chooseTheme(THEMES[(at + 1) % THEMES.length] ?? 'system');
      },
      stop: () => void state.current.active?.stop(),
      run: (command) => {
        here()?.navigate.pane('console');
        here()?.navigate.run(command);
      },
      saveLog: () => {
        const s = state.current.active;
        if (s) void host.saveText(`${s.name}.log`, s.log.text({ prompts: true }));
      },
    };
    return windowActions(control);
  }, [host, open, close]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      const name = keyName(event);
      // a letter is the beginning of a command, wherever the focus is
      if (
        COMMAND_START.test(name) &&
        state.current.active &&
        !takesText(document.activeElement) &&
        !palette
      ) {
        event.preventDefault();
        workspaces.current.get(state.current.active)?.navigate.pane('console');
        const panel = frontPanel('console');
        if (panel) sendPaneAction(panel, 'type', event.key);
        focusPanel('console');
        return;
      }
      const action = actions.find((a) => a.keys?.includes(name));
      if (!action || (action.needsDump && !state.current.active)) return;
      // Esc means many things: it stops only what runs
      if (name === 'Escape' && state.current.active?.running.get() === 0) return;
      event.preventDefault();
      action.run();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [actions]);

  const dropped = async (transfer: DataTransfer): Promise<void> => {
    const files = await droppedFiles(transfer);
    const named = files.filter((f) => DUMP.test(f.name));
    // with nothing open it may be a dump of another name: its bytes decide
    const dumps = named.length === 0 && !active ? files.slice(0, 1) : named;
    const others = files.filter((f) => !dumps.includes(f));
    try {
      const symbols = others.map((f) => host.fileOf(f));
      if (dumps.length === 0) await active?.addFiles(symbols);
      for (const dump of dumps) await open(host.dumpOf(dump), symbols);
    } catch (e) {
      setFailure({
        name: visible(files[0]?.name ?? 'The file'),
        reason: e instanceof Error ? e.message : String(e),
      });
    }
  };

  return (
    <div
      className="app"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        if (event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        void dropped(event.dataTransfer);
      }}
    >
      <header className="top-bar">
        <MenuBar actions={actions} hasDump={active !== undefined} />
        {active && <TitleLine session={active} />}
        <ThemeButton />
      </header>
      {sessions.length > 1 && (
        <div className="dump-tabs" role="tablist" aria-label="Dumps">
          {sessions.map((s) => (
            <span key={s.number} role="none" className="dump-tab">
              <button type="button" role="tab" aria-selected={s === active} onClick={() => setActive(s)}>
                {s.dump.get()?.name ?? s.name}
              </button>
              <button type="button" aria-label={`Close ${s.name}`} onClick={() => close(s)}>
                ✕
              </button>
            </span>
          ))}
        </div>
      )}
      {failure && active && (
        <p className="app-failure" role="alert">
          {failure.name} could not be opened: {failure.reason}
          <button type="button" className="link" onClick={() => setFailure(undefined)}>
            Close
          </button>
        </p>
      )}
      <div className="app-body">
        {sessions.map((s) => (
          <Workspace
            key={s.number}
            session={s}
            visible={s === active}
            onReady={(handle) => workspaces.current.set(s, handle)}
          />
        ))}
        {!active && (
          <StartPage
            host={host}
            failure={failure}
            onOpen={() => actions.find((a) => a.id === 'open')?.run()}
            onSample={() => actions.find((a) => a.id === 'sample')?.run()}
            onRecent={(dump) => void open(dump)}
          />
        )}
      </div>
      {active && <StatusBar session={active} />}
      <HoverTip />
      {palette && (
        <CommandPalette
          actions={actions}
          session={active}
          onClose={() => setPalette(false)}
          onRun={(command) => {
            const w = active && workspaces.current.get(active);
            w?.navigate.pane('console');
            w?.navigate.run(command);
          }}
        />
      )}
    </div>
  );
}

function ThemeButton() {
  const theme = useStore(chosenTheme);
  return (
    <label className="theme-choice">
      <span className="unseen">Theme</span>
      <select
        value={theme}
        title="Theme (Ctrl+Alt+T)"
        onChange={(event) => chooseTheme(THEMES.find((t) => t === event.target.value) ?? 'system')}
      >
        {THEMES.map((t) => (
          <option key={t} value={t}>
            {t}
          </option>
        ))}
      </select>
    </label>
  );
}

function inOrder(sessions: readonly DumpSession[]): DumpSession[] {
  return sessions.toSorted((a, b) => a.number - b.number);
}

/** Whether an element takes letters itself. */
function takesText(element: Element | null): boolean {
  return element instanceof HTMLElement && element.closest('input, select, textarea, [role=menu]') !== null;
}

import { useMemo, useRef, type RefObject } from 'react';
import type { DumpSession } from '../client/dumpSession.ts';
import type { Host } from '../client/host.ts';
import { arrangePane } from './arrangePanes.ts';
import { sendPaneAction } from './paneActions.ts';
import { PANES, type PaneName } from './panes.ts';
import { askPanel, focusPanel, frontPanel } from './panels.ts';
import { chooseTheme, chosenTheme } from './theme.ts';
import { THEMES } from './themes.ts';
import type { Dumps } from './useDumps.ts';
import type { WindowControl } from './windowControl.ts';
import type { WorkspaceHandle } from './Workspace.tsx';

/** What the window shows over its panes, or in their place. */
interface OverPanes {
  palette(): void;
  /** a pane that needs no dump, in place of the start page; again: the start page */
  standIn(name: PaneName): void;
}

/** What actions do in this window: to its tabs, and to the panes of the one in front. */
export function useWindowControl(
  host: Host,
  dumps: Dumps,
  workspaces: Pick<WeakMap<DumpSession, WorkspaceHandle>, 'get'>,
  over: OverPanes,
): WindowControl {
  // the control stays the same while what it reads changes
  const latest = useRef({ dumps, over });
  latest.current = { dumps, over };
  return useMemo(
    () => ({
      ...tabControl(host, latest),
      ...paneControl(
        () => {
          const { active } = latest.current.dumps;
          return active && workspaces.get(active);
        },
        (name) => latest.current.over.standIn(name),
      ),
      palette: () => latest.current.over.palette(),
      menu: () => document.querySelector<HTMLElement>('[role=menubar] [tabindex="0"]')?.focus(),
    }),
    [host, workspaces],
  );
}

type TabControl = Pick<
  WindowControl,
  | 'openDumps'
  | 'openSample'
  | 'closeTab'
  | 'nextTab'
  | 'theme'
  | 'nextTheme'
  | 'stop'
  | 'saveLog'
  | 'addSymbols'
>;

function tabControl(host: Host, latest: RefObject<{ readonly dumps: Dumps }>): TabControl {
  const active = (): DumpSession | undefined => latest.current.dumps.active;
  const { open } = latest.current.dumps;
  return {
    openDumps: () => void host.chooseDumps().then((chosen) => chosen.forEach((d) => void open(d))),
    openSample: () => void host.sample().then(({ dump, symbols }) => open(dump, symbols)),
    addSymbols: () => void host.chooseFiles().then((files) => active()?.addFiles(files)),
    closeTab: () => {
      const session = active();
      if (session) latest.current.dumps.close(session);
    },
    nextTab: (by) => {
      const { sessions, activate } = latest.current.dumps;
      const at = sessions.findIndex((s) => s === active());
      activate(sessions[(at + by + sessions.length) % sessions.length]);
    },
    theme: chooseTheme,
    nextTheme: () => {
      const at = THEMES.indexOf(chosenTheme.get());
      chooseTheme(THEMES[(at + 1) % THEMES.length] ?? 'system');
    },
    stop: () => void active()?.stop(),
    saveLog: () => {
      const session = active();
      if (session) void host.saveText(`${session.name}.log`, session.log.text({ prompts: true }));
    },
  };
}

type PaneControl = Pick<
  WindowControl,
  | 'showPane'
  | 'arrange'
  | 'newPane'
  | 'closePane'
  | 'nextPane'
  | 'focusPane'
  | 'resetLayout'
  | 'pane'
  | 'console'
  | 'run'
>;

/** Whatever a key did to the panes, the focus is in one. */
function focusFront(w: WorkspaceHandle | undefined): void {
  const id = w?.api.activePanel?.id;
  if (id !== undefined) focusPanel(id);
}

function paneControl(
  here: () => WorkspaceHandle | undefined,
  standIn: (name: PaneName) => void,
): PaneControl {
  return {
    showPane: (name) => {
      const w = here();
      if (!w && 'anywhere' in PANES[name]) standIn(name);
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
    closePane: () => {
      const w = here();
      w?.api.activePanel?.api.close();
      focusFront(w);
    },
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
    arrange: (arrangement) => {
      const w = here();
      if (!w) return;
      arrangePane(w.api, arrangement);
      focusFront(w);
    },
    focusPane: () => focusFront(here()),
    resetLayout: () => {
      const w = here();
      if (!w) return;
      w.resetLayout();
      focusFront(w);
    },
    pane: (action) => {
      const id = here()?.api.activePanel?.id;
      const focused = document.activeElement?.closest('[data-panel]');
      const panel = focused ?? (id === undefined ? undefined : frontPanel(id));
      if ((panel && sendPaneAction(panel, action)) || action !== 'goto') return;
      // an expression leads to memory where the pane itself has no places
      here()?.navigate.pane('memory');
      const memory = here()?.api.activePanel?.id;
      if (memory !== undefined) askPanel(memory, action);
    },
    console: (action) => {
      here()?.navigate.pane('console');
      const panel = frontPanel('console');
      if (panel) sendPaneAction(panel, action);
    },
    run: (command) => {
      here()?.navigate.pane('console');
      here()?.navigate.run(command);
    },
  };
}

import { useEffect, useMemo, useState } from 'react';
import type { DumpSession } from '../client/dumpSession.ts';
import type { Host } from '../client/host.ts';
import { HoverTip } from '../parts/HoverTip.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import { DumpTabs } from './DumpTabs.tsx';
import { EngineAlert } from './EngineAlert.tsx';
import { MenuBar } from './MenuBar.tsx';
import { openDropped } from './openDropped.ts';
import { PaneContent } from './paneRegistry.tsx';
import type { PaneName } from './panes.ts';
import { recentActions } from './recentActions.ts';
import { ActionsContext } from './SettingsDock.tsx';
import { StartPage } from './StartPage.tsx';
import { StatusBar } from './StatusBar.tsx';
import { ThemeChoice } from './ThemeChoice.tsx';
import { TitleLine } from './TitleLine.tsx';
import { useDumps } from './useDumps.ts';
import { useRecentDumps } from './useRecentDumps.ts';
import { useSystemMenu } from './useSystemMenu.ts';
import { useWindowActions } from './useWindowActions.ts';
import { useWindowControl } from './useWindowControl.ts';
import { useWindowKeys } from './useWindowKeys.ts';
import { Workspace, type WorkspaceHandle } from './Workspace.tsx';
import './app.css';

/** The window: menus, tabs of dumps, their panes. */
export function App({ host }: { readonly host: Host }) {
  const dumps = useDumps(host);
  const { sessions, active, failure } = dumps;
  const [palette, setPalette] = useState(false);
  const [workspaces] = useState(() => new WeakMap<DumpSession, WorkspaceHandle>());
  /** a pane in place of the start page: without a dump there is no dock for it */
  const [standIn, setStandIn] = useState<PaneName>();
  const control = useWindowControl(host, dumps, workspaces, {
    palette: () => setPalette(true),
    standIn: (name) => setStandIn((shown) => (shown === name ? undefined : name)),
  });
  const recent = useRecentDumps(host, sessions);
  const { open } = dumps;
  const window = useWindowActions(host.kind, control);
  const own = window.inEffect;
  const actions = useMemo(() => [...own, ...recentActions(recent, open)], [own, recent, open]);
  // the system's menu has the recent dumps itself, with their paths
  useSystemMenu(host, own, active !== undefined);
  useWindowKeys({
    actions,
    active,
    isCovered: palette,
    showConsole: () => active && workspaces.get(active)?.navigate.pane('console'),
  });

  // what had the focus may be gone with the start page or a closed tab
  useEffect(() => {
    if (active && document.activeElement === document.body) control.focusPane();
  }, [active, control]);

  return (
    <div
      className="app"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        if (event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        void openDropped(event.dataTransfer, host, dumps);
      }}
    >
      <header className="top-bar">
        {host.menu?.isOnly !== true && (
          <MenuBar
            actions={actions}
            host={host.kind}
            hasDump={active !== undefined}
            onLeave={() => control.focusPane()}
          />
        )}
        {active && <TitleLine session={active} />}
        <ThemeChoice />
      </header>
      <DumpTabs {...dumps} />
      {failure && active && (
        <p className="app-failure" role="alert">
          {failure.name} could not be opened: {failure.reason}
          <button type="button" className="link" onClick={() => dumps.fail(undefined)}>
            Close
          </button>
        </p>
      )}
      {active && <EngineAlert session={active} />}
      <ActionsContext value={window}>
        <div className="app-body">
          {sessions.map((s) => (
            <Workspace
              key={s.number}
              session={s}
              visible={s === active}
              onReady={(handle) => workspaces.set(s, handle)}
            />
          ))}
          {!active && standIn && <PaneContent name={standIn} params={{}} />}
          {!active && !standIn && (
            <StartPage
              recent={recent}
              failure={failure}
              lost={dumps.lost}
              onOpen={() => control.openDumps()}
              onSample={() => control.openSample()}
              onRecent={(dump) => void dumps.open(dump)}
            />
          )}
        </div>
      </ActionsContext>
      {active && <StatusBar session={active} />}
      <HoverTip />
      {palette && (
        <CommandPalette
          actions={actions}
          host={host.kind}
          session={active}
          onClose={() => setPalette(false)}
          onRun={(command) => control.run(command)}
        />
      )}
    </div>
  );
}

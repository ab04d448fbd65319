import {
  DockviewReact,
  type DockviewApi,
  type IDockviewPanelHeaderProps,
  type IDockviewPanelProps,
} from 'dockview-react';
import 'dockview-react/dist/styles/dockview.css';
import { useEffect, useMemo, useRef } from 'react';
import { NavigateContext, SessionContext, type Navigate, type Opening } from '../client/sessionContext.ts';
import type { DumpSession } from '../client/dumpSession.ts';
import { defaultLayout, rendererOf, restoreLayout, saveLayout } from './dockLayout.ts';
import { isPaneName, PaneContent, PANES, type PaneName, type PaneParams } from './paneRegistry.tsx';
import './workspace.css';

/** What the window's keys and menus do with the panes of the tab in front. */
export interface WorkspaceHandle {
  readonly api: DockviewApi;
  readonly session: DumpSession;
  readonly navigate: Navigate;
  /** another pane of this kind */
  open(name: PaneName): void;
}

interface Props {
  readonly session: DumpSession;
  readonly visible: boolean;
  onReady(handle: WorkspaceHandle): void;
}

type PaneProps = IDockviewPanelProps<PaneParams & { readonly name: string }>;

const components = {
  pane: ({ params, api }: PaneProps) => (
    <div className="pane" data-pane={params.name} data-panel={api.id}>
      <PaneContent name={params.name} params={params} />
    </div>
  ),
};

/** A tab with its title alone: a tab must hold no button. Middle click and a key close it. */
function PaneTab({ api }: IDockviewPanelHeaderProps) {
  return (
    <span
      className="pane-tab"
      title="Middle click or Ctrl+Alt+W closes it"
      onAuxClick={(event) => event.button === 1 && api.close()}
    >
      {api.title}
    </span>
  );
}

/** The panes of one dump, docked. */
export function Workspace({ session, visible, onReady }: Props) {
  const apiRef = useRef<DockviewApi>(undefined);
  const navigate = useMemo(() => createNavigate(session, () => apiRef.current), [session]);
  const saving = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(saving.current), []);
  return (
    <SessionContext value={session}>
      <NavigateContext value={navigate}>
        <div className="workspace" style={{ display: visible ? 'block' : 'none' }}>
          <DockviewReact
            className="dockview-theme-stillframe"
            components={components}
            defaultTabComponent={PaneTab}
            disableFloatingGroups={false}
            theme={{ name: 'stillframe', className: 'dockview-theme-stillframe' }}
            onReady={({ api }) => {
              apiRef.current = api;
              if (!restoreLayout(api)) defaultLayout(api);
              api.onDidLayoutChange(() => {
                clearTimeout(saving.current);
                saving.current = setTimeout(() => saveLayout(api), 500);
              });
              onReady({ api, session, navigate, open: (name) => addPane(api, name, {}) });
            }}
          />
        </div>
      </NavigateContext>
    </SessionContext>
  );
}

function createNavigate(session: DumpSession, dock: () => DockviewApi | undefined): Navigate {
  const open = (name: PaneName, params: PaneParams, { beside = false }: Opening = {}): void => {
    const api = dock();
    if (!api) return;
    const existing = beside ? undefined : api.panels.find((p) => p.params?.name === name);
    if (existing) {
      existing.api.updateParameters({ ...existing.params, ...params });
      existing.api.setActive();
      return;
    }
    addPane(api, name, params);
  };
  const text = (address: bigint | string): string =>
    typeof address === 'bigint' ? `0x${address.toString(16)}` : address;
  return {
    run: (command) => void session.run(command),
    memory: (address, opening) => open('memory', { expression: text(address) }, opening),
    disassembly: (address, opening) => open('disassembly', { expression: text(address) }, opening),
    type: (type, address, opening) =>
      open('types', { type, expression: address === undefined ? undefined : text(address) }, opening),
    heap: (address, opening) => open('heapMap', { expression: text(address) }, opening),
    pane: (name) => {
      if (isPaneName(name)) open(name, {});
    },
  };
}

/** Adds a pane beside its kin, else in the group in front. */
function addPane(api: DockviewApi, name: PaneName, params: PaneParams): void {
  let id: string = name;
  for (let i = 2; api.getPanel(id); i++) id = `${name}-${i}`;
  const kin = api.panels.find((p) => p.params?.name === name);
  const middle = kin ?? api.getPanel('console') ?? api.activePanel;
  api.addPanel({
    id,
    component: 'pane',
    title: PANES[name].title,
    params: { name, ...params },
    renderer: rendererOf(name),
    position: middle && { referencePanel: middle.id, ...(kin ? { direction: 'right' as const } : {}) },
  });
}

import {
  DockviewReact,
  type DockviewApi,
  type IDockviewPanelHeaderProps,
  type IDockviewPanelProps,
} from 'dockview-react';
import 'dockview-react/dist/styles/dockview.css';
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import {
  NavigateContext,
  PanelContext,
  SessionContext,
  ShownContext,
  useShown,
  type Navigate,
  type Opening,
  type Panel,
} from '../client/sessionContext.ts';
import type { DumpSession } from '../client/dumpSession.ts';
import { defaultLayout, forgetLayout, rendererOf, restoreLayout, roomOf, saveLayout } from './dockLayout.ts';
import { goToSymbol } from './goToSymbol.ts';
import { savedPlaces, savePlaces } from './savedPlaces.ts';
import { PaneContent } from './paneRegistry.tsx';
import { isPaneName, PANES, type PaneName, type PaneParams } from './panes.ts';
import './workspace.css';

/** What the window's keys and menus do with the panes of the tab in front. */
export interface WorkspaceHandle {
  readonly api: DockviewApi;
  readonly session: DumpSession;
  readonly navigate: Navigate;
  /** another pane of this kind */
  open(name: PaneName): void;
  /** the first layout again, for the room that the window has now */
  resetLayout(): void;
}

interface Props {
  readonly session: DumpSession;
  readonly visible: boolean;
  onReady(handle: WorkspaceHandle): void;
}

type PaneProps = IDockviewPanelProps<PaneParams & { readonly name: string }>;

/** Tells the workspace that where a pane is has changed. */
const KeepContext = createContext<() => void>(() => undefined);

function DockedPane({ params, api }: PaneProps) {
  const keep = useContext(KeepContext);
  const watch = useCallback(
    (changed: () => void) => {
      const listening = api.onDidVisibilityChange(changed);
      return () => listening.dispose();
    },
    [api],
  );
  const isFront = useSyncExternalStore(watch, () => api.isVisible);
  const isShown = useShown() && isFront;
  // a pane that nobody has looked at is not made; the console takes what is typed anywhere
  const isMade = useRef(params.name === 'console');
  isMade.current ||= isShown;
  const latest = useRef(params);
  latest.current = params;
  const panel = useMemo((): Panel => {
    return {
      setPlace: (text) => {
        const { name } = latest.current;
        const title = isPaneName(name) ? PANES[name].title : name;
        api.setTitle(text === '' ? title : `${title} ${text}`);
      },
      keep: (place) => {
        api.updateParameters({ ...latest.current, ...place });
        keep();
      },
    };
  }, [api, keep]);
  return (
    <PanelContext value={panel}>
      <div className="pane" data-pane={params.name} data-panel={api.id}>
        <ShownContext value={isShown}>
          {isMade.current && <PaneContent name={params.name} params={params} />}
        </ShownContext>
      </div>
    </PanelContext>
  );
}

const components = { pane: DockedPane };

/** A tab with its title alone: a tab must hold no button. Middle click and a key close it. */
function PaneTab({ api }: IDockviewPanelHeaderProps) {
  const [title, setTitle] = useState(api.title);
  useEffect(() => {
    setTitle(api.title);
    const listening = api.onDidTitleChange((event) => setTitle(event.title));
    return () => listening.dispose();
  }, [api]);
  return (
    <span
      className="pane-tab"
      title="Middle click or Ctrl+Alt+W closes it"
      onAuxClick={(event) => event.button === 1 && api.close()}
    >
      {title}
    </span>
  );
}

/** The panes of one dump, docked. */
export function Workspace({ session, visible, onReady }: Props) {
  const apiRef = useRef<DockviewApi>(undefined);
  const navigate = useMemo(() => createNavigate(session, () => apiRef.current), [session]);
  const room = useRef(roomOf(innerWidth));
  const saving = useRef<ReturnType<typeof setTimeout>>(undefined);
  const save = useCallback(() => {
    clearTimeout(saving.current);
    saving.current = undefined;
    const api = apiRef.current;
    const dump = session.dump.get();
    if (!api) return;
    saveLayout(api, room.current);
    if (dump) savePlaces(dump, placesOf(api));
  }, [session]);
  const keep = useCallback(() => {
    clearTimeout(saving.current);
    saving.current = setTimeout(save, SAVE_MS);
  }, [save]);
  useEffect(() => {
    // a page that goes has no time left
    const leave = (): void => {
      if (saving.current !== undefined) save();
    };
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      clearTimeout(saving.current);
    };
  }, [save]);
  return (
    <SessionContext value={session}>
      <NavigateContext value={navigate}>
        <KeepContext value={keep}>
          <ShownContext value={visible}>
            <div className="workspace" data-front={visible} style={{ display: visible ? 'block' : 'none' }}>
              <DockviewReact
                className="dockview-theme-stillframe"
                components={components}
                defaultTabComponent={PaneTab}
                disableFloatingGroups={false}
                theme={{ name: 'stillframe', className: 'dockview-theme-stillframe' }}
                onReady={({ api }) => {
                  apiRef.current = api;
                  const dump = session.dump.get();
                  if (!restoreLayout(api, room.current, dump ? savedPlaces(dump) : {}))
                    defaultLayout(api, room.current);
                  api.onDidLayoutChange(keep);
                  onReady({
                    api,
                    session,
                    navigate,
                    open: (name) => addPane(api, name, {}),
                    resetLayout: () => {
                      forgetLayout(room.current);
                      room.current = roomOf(innerWidth);
                      defaultLayout(api, room.current);
                    },
                  });
                }}
              />
            </div>
          </ShownContext>
        </KeepContext>
      </NavigateContext>
    </SessionContext>
  );
}

/** Milliseconds after the last change: a drag of a border is many. */
const SAVE_MS = 500;

function placesOf(api: DockviewApi): Record<string, PaneParams> {
  const places: Record<string, PaneParams> = {};
  for (const { id, params } of api.panels) {
    const { expression, format, type } = (params ?? {}) as PaneParams;
    if (expression !== undefined || type !== undefined) places[id] = { expression, format, type };
  }
  return places;
}

function createNavigate(session: DumpSession, dock: () => DockviewApi | undefined): Navigate {
  let visits = 0;
  const open = (name: PaneName, place: PaneParams, { beside = false }: Opening = {}): void => {
    // the same place again is a visit too: the person may have scrolled away
    const params = { ...place, visit: String(++visits) };
    const api = dock();
    if (!api) return;
    const kin = beside ? [] : api.panels.filter((p) => p.params?.name === name);
    const existing = kin.find((p) => p.api.isActive) ?? kin.find((p) => p.api.isVisible) ?? kin[0];
    if (existing) {
      existing.api.updateParameters({ ...existing.params, ...params });
      existing.api.setActive();
      return;
    }
    addPane(api, name, params);
  };
  const text = (address: bigint | string): string =>
    typeof address === 'bigint' ? `0x${address.toString(16)}` : address;
  const navigate: Navigate = {
    run: (command) => void session.run(command),
    memory: (address, opening) => open('memory', { expression: text(address) }, opening),
    disassembly: (address, opening) => open('disassembly', { expression: text(address) }, opening),
    type: (type, address, opening) =>
      open('types', { type, expression: address === undefined ? undefined : text(address) }, opening),
    symbol: (expression, opening) => goToSymbol(session, navigate, expression, opening),
    heap: (address, opening) => open('heapMap', { expression: text(address) }, opening),
    pane: (name) => {
      const shown = dock()?.panels.filter((p) => p.params?.name === name);
      // the one that was looked at last, and where it is
      const known = shown?.find((p) => p.api.isActive) ?? shown?.find((p) => p.api.isVisible) ?? shown?.[0];
      if (known) known.api.setActive();
      else if (isPaneName(name)) open(name, {});
    },
  };
  return navigate;
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

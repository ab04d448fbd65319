import type { DockviewApi, SerializedDockview } from 'dockview-react';
import { isPaneName, PANES, type PaneName, type PaneParams } from './panes.ts';

/** Changes when a saved layout of before would not fit any more. */
const KEY = 'stillframe.layout.1';

/** Puts panes where a first start has them: threads left, the console in the middle, stack and locals right. */
export function defaultLayout(api: DockviewApi): void {
  api.clear();
  const add = (
    name: PaneName,
    position?: Parameters<DockviewApi['addPanel']>[0]['position'],
    size = {},
  ): void => {
    api.addPanel({
      id: name,
      component: 'pane',
      title: PANES[name].title,
      params: { name },
      position,
      renderer: rendererOf(name),
      ...size,
    });
  };
  add('console');
  add('threads', { referencePanel: 'console', direction: 'left' }, { initialWidth: 270 });
  add('stack', { referencePanel: 'console', direction: 'right' }, { initialWidth: 390 });
  add('locals', { referencePanel: 'stack', direction: 'below' });
  add('registers', { referencePanel: 'locals' });
  add('summary', { referencePanel: 'console' });
  add('heaps', { referencePanel: 'console' });
  add('ownership', { referencePanel: 'console' });
  add('addressSpace', { referencePanel: 'console' });
  add('modules', { referencePanel: 'console' });
  add('memory', { referencePanel: 'console', direction: 'below' }, { initialHeight: 260 });
  add('disassembly', { referencePanel: 'memory', direction: 'right' }, { initialWidth: 340 });
  for (const name of ['locals', 'summary'] as const) api.getPanel(name)?.api.setActive();
}

/** Panes that keep what they show while another is in front: scrolled output, a place in memory. */
export function rendererOf(name: PaneName): 'always' | 'onlyWhenVisible' {
  return name === 'console' || name === 'memory' || name === 'disassembly' ? 'always' : 'onlyWhenVisible';
}

/** The layout of the last time, with where this dump's panes were; false where there is none that fits. */
export function restoreLayout(api: DockviewApi, places: Readonly<Record<string, PaneParams>>): boolean {
  const saved = localStorage.getItem(KEY);
  if (saved === null) return false;
  try {
    const layout = JSON.parse(saved) as SerializedDockview;
    for (const [id, panel] of Object.entries(layout.panels)) {
      const { name } = (panel.params ?? {}) as { name?: string };
      panel.params = { name, ...places[id] };
      panel.title = name !== undefined && isPaneName(name) ? PANES[name].title : panel.title;
    }
    api.fromJSON(layout);
    return api.panels.length > 0;
  } catch {
    // written by another version, or damaged: the first layout is as good
    localStorage.removeItem(KEY);
    return false;
  }
}

export function saveLayout(api: DockviewApi): void {
  localStorage.setItem(KEY, JSON.stringify(api.toJSON()));
}

export function forgetLayout(): void {
  localStorage.removeItem(KEY);
}

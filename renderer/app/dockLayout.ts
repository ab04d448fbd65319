import type { DockviewApi, SerializedDockview } from 'dockview-react';
import { isPaneName, PANES, type PaneName, type PaneParams } from './panes.ts';

/** Changes when a saved layout of before would not fit any more. */
const KEY = 'stillframe.layout.1';

/** How much room a window has: each kind keeps a layout of its own. */
export type Room = 'wide' | 'medium' | 'narrow';

/** Narrower than this, three columns leave the console less than 60 characters. */
const WIDE = 1100;
/** Narrower than this, two columns do. */
const MEDIUM = 850;
/** Memory and code below the console take so much of the height at most. */
const LOWER_PART = 0.35;

export function roomOf(width: number): Room {
  return width >= WIDE ? 'wide' : width >= MEDIUM ? 'medium' : 'narrow';
}

/** A share of the window's width, in pixels within bounds: wide windows have wide tables. */
function share(part: number, least: number, most: number): number {
  return Math.round(Math.max(least, Math.min(most, innerWidth * part)));
}

type Position = Parameters<DockviewApi['addPanel']>[0]['position'];

/**
 * Puts panes where a first start has them: the console in the middle, memory and code below it; where there is room,
 * threads left, stack and locals right, else as tabs.
 */
export function defaultLayout(api: DockviewApi, room: Room): void {
  api.clear();
  const add = (name: PaneName, position?: Position, size = {}): void => {
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
  const besideConsole: Position = { referencePanel: 'console' };
  add('console');
  if (room === 'wide')
    add(
      'threads',
      { referencePanel: 'console', direction: 'left' },
      { initialWidth: share(0.185, 220, 460) },
    );
  if (room === 'narrow')
    for (const name of ['summary', 'stack', 'threads'] as const) add(name, besideConsole);
  else {
    const initialWidth = room === 'wide' ? share(0.27, 300, 560) : 300;
    add('stack', { referencePanel: 'console', direction: 'right' }, { initialWidth });
    if (room === 'medium') add('threads', { referencePanel: 'stack' });
    add('locals', { referencePanel: 'stack', direction: 'below' });
    add('registers', { referencePanel: 'locals' });
    add('summary', besideConsole);
  }
  if (room === 'narrow') for (const name of ['locals', 'registers'] as const) add(name, besideConsole);
  for (const name of ['heaps', 'ownership', 'addressSpace', 'modules'] as const) add(name, besideConsole);
  const initialHeight = Math.min(260, Math.round(innerHeight * LOWER_PART));
  add('memory', { referencePanel: 'console', direction: 'below' }, { initialHeight });
  // at 1440 pixels memory keeps what a line with 64-bit addresses takes
  if (room === 'wide')
    add('disassembly', { referencePanel: 'memory', direction: 'right' }, { initialWidth: 332 });
  else add('disassembly', { referencePanel: 'memory' });
  const front: readonly PaneName[] =
    room === 'narrow' ? ['memory', 'summary'] : ['memory', 'stack', 'locals', 'summary'];
  for (const name of front) api.getPanel(name)?.api.setActive();
}

/** Panes that keep what they show while another is in front: scrolled output, a place in memory. */
export function rendererOf(name: PaneName): 'always' | 'onlyWhenVisible' {
  return name === 'console' || name === 'memory' || name === 'disassembly' ? 'always' : 'onlyWhenVisible';
}

/** The layout of the last time, with where this dump's panes were; false where there is none that fits. */
export function restoreLayout(
  api: DockviewApi,
  room: Room,
  places: Readonly<Record<string, PaneParams>>,
): boolean {
  const saved = localStorage.getItem(keyOf(room));
  if (saved === null) return false;
  try {
    const layout = JSON.parse(saved) as SerializedDockview;
    for (const [id, panel] of Object.entries(layout.panels)) {
      const { name } = (panel.params ?? {}) as { name?: string };
      panel.params = { name, ...places[id] };
      panel.title = name !== undefined && isPaneName(name) ? PANES[name].title : panel.title;
    }
    api.fromJSON(layout);
    // a later version may have had panes that this one has not
    for (const panel of api.panels) if (!isPaneName(String(panel.params?.name))) panel.api.close();
    return api.panels.length > 0;
  } catch {
    // written by another version, or damaged: the first layout is as good
    forgetLayout(room);
    return false;
  }
}

export function saveLayout(api: DockviewApi, room: Room): void {
  localStorage.setItem(keyOf(room), JSON.stringify(api.toJSON()));
}

export function forgetLayout(room: Room): void {
  localStorage.removeItem(keyOf(room));
}

function keyOf(room: Room): string {
  return room === 'wide' ? KEY : `${KEY}.${room}`;
}

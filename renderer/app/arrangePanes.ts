import type { DockviewApi } from 'dockview-react';
import type { Arrangement } from './arrangement.ts';
import { neighbour, type Direction } from './neighbour.ts';

/** Pixels by which a key makes a pane larger. */
const RESIZE_STEP = 40;
/** Smaller no pane becomes by keys: its tab must stay. */
const MIN_SIZE = 80;
/** A floating pane covers so much of the dock at first. */
const FLOAT_PART = 0.5;

const POSITIONS = { left: 'left', right: 'right', above: 'top', below: 'bottom' } as const;

/** Arranges the pane in front. What makes no sense for it, such as splitting the only tab of a group, does nothing. */
export function arrangePane(api: DockviewApi, arrangement: Arrangement): void {
  const panel = api.activePanel;
  if (!panel) return;
  const { group } = panel;
  const isFloating = panel.api.location.type === 'floating';
  switch (arrangement.what) {
    case 'move': {
      const target = groupBeside(api, arrangement.to);
      if (target) panel.api.moveTo({ group: target });
      // at the window's edge it becomes a group of its own there
      else if (group.panels.length > 1 && !isFloating)
        panel.api.moveTo({ group, position: POSITIONS[arrangement.to] });
      break;
    }
    case 'split':
      if (group.panels.length > 1 && !isFloating)
        panel.api.moveTo({ group, position: POSITIONS[arrangement.to] });
      break;
    case 'resize': {
      const step = arrangement.to === 'wider' || arrangement.to === 'taller' ? RESIZE_STEP : -RESIZE_STEP;
      if (arrangement.to === 'wider' || arrangement.to === 'narrower')
        group.api.setSize({ width: Math.max(MIN_SIZE, group.api.width + step) });
      else group.api.setSize({ height: Math.max(MIN_SIZE, group.api.height + step) });
      break;
    }
    case 'float':
      if (isFloating) {
        const docked = api.groups.find((g) => g.api.location.type === 'grid');
        panel.api.moveTo(docked ? { group: docked } : { position: 'center' });
      } else {
        const [width, height] = [api.width * FLOAT_PART, api.height * FLOAT_PART];
        api.addFloatingGroup(panel, { x: width / 2, y: height / 2, width, height });
      }
      break;
    case 'maximize':
      if (group.api.isMaximized()) group.api.exitMaximized();
      else if (!isFloating) group.api.maximize();
  }
}

function groupBeside(api: DockviewApi, direction: Direction): DockviewApi['groups'][number] | undefined {
  const docked = api.groups.filter((g) => g.api.location.type === 'grid');
  const boxes = new Map(docked.map((g) => [g.element.getBoundingClientRect(), g]));
  const from = api.activeGroup?.element.getBoundingClientRect();
  const own = [...boxes].find(([, g]) => g === api.activeGroup)?.[0] ?? from;
  const beside = own && neighbour(own, [...boxes.keys()], direction);
  return [...boxes].find(([box]) => box === beside)?.[1];
}

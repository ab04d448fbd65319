import type { PaneAction } from './paneAction.ts';
import { sendPaneAction } from './paneActions.ts';

/** Frames that a pane gets to come into view: dockview lays out in the next one, a pane's code loads in some. */
const MAX_FRAMES = 60;

/** The element of a panel in the tab in front: every tab has panels of the same names. */
export function frontPanel(id: string): HTMLElement | undefined {
  const front = document.querySelector('.workspace[data-front=true]');
  return front?.querySelector<HTMLElement>(`[data-panel="${CSS.escape(id)}"]`) ?? undefined;
}

/** which wish for the focus is the last one: an earlier one must not come true after it */
let turn = 0;

/** Puts the focus where a pane takes keys, as soon as it is seen: its own choice, else its first stop. */
export function focusPanel(id: string): void {
  const mine = ++turn;
  const attempt = (frames: number): void => {
    if (mine !== turn) return;
    const panel = frontPanel(id);
    if (panel?.checkVisibility({ visibilityProperty: true }) && focusIn(panel)) return;
    if (frames > 0) requestAnimationFrame(() => attempt(frames - 1));
  };
  attempt(MAX_FRAMES);
}

/** Has a panel do something as soon as it is seen and can: a pane's code may have to be loaded. */
export function askPanel(id: string, action: PaneAction, frames = MAX_FRAMES): void {
  const panel = frontPanel(id);
  if (panel?.checkVisibility({ visibilityProperty: true }) && sendPaneAction(panel, action)) return;
  if (frames > 0) requestAnimationFrame(() => askPanel(id, action, frames - 1));
}

function focusIn(panel: HTMLElement): boolean {
  if (!sendPaneAction(panel, 'focus'))
    panel.querySelector<HTMLElement>('[role=grid], [tabindex="0"], input, button')?.focus();
  return panel.contains(document.activeElement);
}

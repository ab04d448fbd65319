import { sendPaneAction } from './paneActions.ts';

/** Frames that a pane gets to come into view: dockview lays out in the next one, a pane's code loads in some. */
const MAX_FRAMES = 60;

/** The element of a panel in the tab in front: every tab has panels of the same names. */
export function frontPanel(id: string): HTMLElement | undefined {
  const front = document.querySelector('.workspace[data-front=true]');
  return front?.querySelector<HTMLElement>(`[data-panel="${CSS.escape(id)}"]`) ?? undefined;
}

/** Puts the focus where a pane takes keys, as soon as it is seen: its own choice, else its first stop. */
export function focusPanel(id: string, frames = MAX_FRAMES): void {
  const panel = frontPanel(id);
  if (panel?.checkVisibility({ visibilityProperty: true }) && focusIn(panel)) return;
  if (frames > 0) requestAnimationFrame(() => focusPanel(id, frames - 1));
}

function focusIn(panel: HTMLElement): boolean {
  if (!sendPaneAction(panel, 'focus'))
    panel.querySelector<HTMLElement>('[role=grid], [tabindex="0"], input, button')?.focus();
  return panel.contains(document.activeElement);
}

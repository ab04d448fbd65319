import { sendPaneAction } from './paneActions.ts';
import { frontPanel } from './panels.ts';

/** Frames that the console gets to come into view. */
const MAX_FRAMES = 120;

/**
 * What is typed before the console can take it: right after a dump was opened, or while a pane makes way for it. Letters
 * and Enter are kept in their order and given to it together.
 */
export class TypeAhead {
  private text: string | undefined;

  /** `show` brings the console to the front, as soon as there is one. */
  constructor(private readonly show: () => void) {}

  /** Whether keys are being kept: then all that make text belong to them. */
  get isOpen(): boolean {
    return this.text !== undefined;
  }

  /** Takes a key's text, a line end for Enter; gives it to the console as soon as that is seen. */
  add(text: string): void {
    const isFirst = this.text === undefined;
    this.text = `${this.text ?? ''}${text}`;
    if (isFirst) this.give(MAX_FRAMES);
  }

  private give(frames: number): void {
    const panel = frontPanel('console');
    const isSeen = panel?.checkVisibility({ visibilityProperty: true });
    if (!isSeen) this.show();
    if (panel && isSeen && sendPaneAction(panel, 'focus') && panel.contains(document.activeElement)) {
      sendPaneAction(panel, 'type', this.text);
      this.text = undefined;
    } else if (frames > 0) requestAnimationFrame(() => this.give(frames - 1));
    else this.text = undefined;
  }
}

/** The text that a key stands for in a line; undefined for one that stands for none. */
export function textOfKey({ key, ctrlKey, altKey, metaKey }: KeyboardEvent): string | undefined {
  if (ctrlKey || altKey || metaKey) return undefined;
  if (key === 'Enter') return '\n';
  return key.length === 1 ? key : undefined;
}

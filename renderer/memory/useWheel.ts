import { type RefObject, useEffect } from 'react';
import { wheelRows } from '../picture/rowScroll.ts';

interface WheelScroll {
  readonly top: number;
  readonly visible: number;
  readonly rowHeight: number;
  scrollTo(top: number): void;
}

/** Scrolls a pane over rows of its own by the wheel. */
export function useWheel(
  viewport: RefObject<HTMLElement | null>,
  { top, visible, rowHeight, scrollTo }: WheelScroll,
): void {
  // React hears wheel events passively, and then the page behind would scroll as well
  useEffect(() => {
    const element = viewport.current;
    const wheel = (event: WheelEvent): void => {
      if (event.ctrlKey) return;
      event.preventDefault();
      scrollTo(top + wheelRows(event, rowHeight, visible));
    };
    element?.addEventListener('wheel', wheel, { passive: false });
    return () => element?.removeEventListener('wheel', wheel);
  }, [viewport, scrollTo, top, visible, rowHeight]);
}

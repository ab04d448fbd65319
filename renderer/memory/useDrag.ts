import { type MouseEvent, useEffect, useRef } from 'react';
import type { Point } from '../parts/hoverTip.ts';

/** Milliseconds between two steps while the pointer is held above or below the pane. */
const STEP_MS = 50;

/** Follows the pointer from a press until it is let go, wherever it goes; while it rests outside, steps go on. */
export function useDrag(onDrag: (at: Point, isOutside: boolean) => void): (event: MouseEvent) => void {
  const latest = useRef(onDrag);
  useEffect(() => {
    latest.current = onDrag;
  });
  const stop = useRef<() => void>(undefined);
  useEffect(() => () => stop.current?.(), []);
  return ({ currentTarget }) => {
    stop.current?.();
    const controller = new AbortController();
    const { signal } = controller;
    let at: Point | undefined;
    const drag = (): void => {
      if (!at) return;
      const { top, bottom } = currentTarget.getBoundingClientRect();
      latest.current(at, at.y < top || at.y >= bottom);
    };
    const steps = setInterval(() => {
      const box = currentTarget.getBoundingClientRect();
      if (at && (at.y < box.top || at.y >= box.bottom)) drag();
    }, STEP_MS);
    signal.addEventListener('abort', () => clearInterval(steps));
    stop.current = () => controller.abort();
    const move = (event: globalThis.MouseEvent): void => {
      if ((event.buttons & 1) === 0) return controller.abort();
      at = { x: event.clientX, y: event.clientY };
      drag();
    };
    window.addEventListener('mousemove', move, { signal });
    window.addEventListener('mouseup', () => controller.abort(), { signal });
  };
}

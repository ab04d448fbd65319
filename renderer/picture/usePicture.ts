import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { useSize } from './useSize.ts';

/** The canvas of a picture with the frame that it fills. */
export interface Picture {
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  /** CSS pixels */
  readonly width: number;
  readonly height: number;
  /** pixels of the screen in one of CSS: 1.25, 1.5 and 2 are common on Windows */
  readonly scale: number;
}

/** A picture's size, again when its frame or the screen's density changes. */
export function usePicture(): Picture {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { ref: frame, size } = useSize<HTMLDivElement>();
  return { frame, canvas, ...size, scale: useScale() };
}

/** `devicePixelRatio`, also when the window moves to another screen or the page is zoomed. */
function useScale(): number {
  const [scale, setScale] = useState(window.devicePixelRatio || 1);
  useLayoutEffect(() => {
    const query = matchMedia(`(resolution: ${scale}dppx)`);
    const change = (): void => setScale(window.devicePixelRatio || 1);
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, [scale]);
  return scale;
}

import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { useRowHeight } from '../settings/rowHeight.ts';
import { useSize } from './useSize.ts';

/** The canvas of a picture with the frame that it fills. */
export interface Picture {
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  /** the picture's own pixels: those of CSS at the usual size of text */
  readonly width: number;
  readonly height: number;
  /** pixels of CSS in one of them: larger text makes the whole picture larger */
  readonly magnification: number;
  /** pixels of the screen in one of them: screens of 1.25, 1.5 and 2 a pixel of CSS are common on Windows */
  readonly scale: number;
}

/** Pixels of a row of tables at the usual size of text: as --row of base.css. */
const USUAL_ROW = 20;

/** A picture's size, again when its frame or the screen's density changes. */
export function usePicture(): Picture {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { ref: frame, size } = useSize<HTMLDivElement>();
  const density = useDensity();
  const magnification = useRowHeight() / USUAL_ROW;
  return {
    frame,
    canvas,
    width: size.width / magnification,
    height: size.height / magnification,
    magnification,
    scale: density * magnification,
  };
}

/** `devicePixelRatio`, also when the window moves to another screen or the page is zoomed. */
function useDensity(): number {
  const [density, setDensity] = useState(window.devicePixelRatio || 1);
  useLayoutEffect(() => {
    const query = matchMedia(`(resolution: ${density}dppx)`);
    const change = (): void => setDensity(window.devicePixelRatio || 1);
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, [density]);
  return density;
}

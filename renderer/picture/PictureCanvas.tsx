import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef } from 'react';
import { isMenuKey } from './menuKey.ts';
import { PictureTip, type Tip } from './PictureTip.tsx';
import { clampTop, type RowScroll, wheelRows } from './rowScroll.ts';
import { RowScrollBar } from './RowScrollBar.tsx';
import type { Picture } from './usePicture.ts';
import { zoomFactor } from './zoomFactor.ts';

/** A point of the picture in its own pixels from its upper left corner. */
export interface PicturePoint {
  readonly x: number;
  readonly y: number;
}

/** A menu's place in the window. */
export interface WindowPoint {
  readonly x: number;
  readonly y: number;
}

export type PictureKeys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

interface PictureCanvasProps {
  readonly picture: Picture;
  /** for those who do not see it: what it is, and its keys */
  readonly label: string;
  readonly className?: string;
  readonly scroll: RowScroll;
  /** pixels of a row */
  readonly rowHeight: number;
  /** what is at the top, for the bar's hint */
  readonly place: string;
  /** how much one notch of the wheel, and + and -, zoom */
  readonly step: number;
  readonly zoom: number;
  readonly tip?: Tip;
  /** what is selected, in words */
  readonly spoken: string;
  /** keys besides those of zoom and scroll */
  readonly keys: PictureKeys;
  /** by keys `at` is undefined: around the selection */
  onZoom(factor: number, at: PicturePoint | undefined): void;
  onWhole(): void;
  onScroll(top: number): void;
  onHover(at: PicturePoint | undefined): void;
  onClick(at: PicturePoint, beside: boolean): void;
  /** absent: dragging scrolls */
  onDrag?(from: PicturePoint, to: PicturePoint, isEnd: boolean): void;
  /** `at` undefined: by the menu key, for the selection */
  onMenu?(at: PicturePoint | undefined, place: WindowPoint): void;
}

/** Pixels the pointer must move before it drags and is no click. */
const DRAG_PIXELS = 4;

/**
 * A canvas with what all pictures have in common: wheel and + - 0 zoom, Shift+wheel, Page keys and the bar scroll, the
 * pointer hovers, clicks, drags and asks for a menu, and the selection is spoken.
 */
export function PictureCanvas(props: PictureCanvasProps): ReactNode {
  const { picture, label, className, scroll, rowHeight, place, step, zoom, tip, spoken } = props;
  const { frame, canvas, width, height, magnification } = picture;
  const drag = useRef<{ at: PicturePoint; top: number; isOn: boolean }>(undefined);
  const { top } = scroll;
  const scrollTo = (to: number): void => props.onScroll(clampTop(to, scroll));
  useEffect(() => {
    const element = canvas.current;
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      props.onHover(undefined);
      if (event.shiftKey) {
        // browsers turn the wheel sideways while Shift is held
        const delta = { deltaY: event.deltaY || event.deltaX, deltaMode: event.deltaMode };
        scrollTo(top + wheelRows(delta, rowHeight * magnification, scroll.visible));
      } else props.onZoom(zoomFactor(event, step), pointAt(event));
    };
    // React's own listeners are passive, and could not keep the page from scrolling
    element?.addEventListener('wheel', wheel, { passive: false });
    return () => element?.removeEventListener('wheel', wheel);
  });
  function pointAt({ offsetX, offsetY }: globalThis.MouseEvent): PicturePoint {
    return { x: offsetX / magnification, y: offsetY / magnification };
  }
  const pointOf = (event: PointerEvent | React.MouseEvent): PicturePoint => {
    return pointAt(event.nativeEvent);
  };
  const move = (event: PointerEvent<HTMLCanvasElement>): void => {
    const at = pointOf(event);
    const began = drag.current;
    if (began && (began.isOn || Math.hypot(at.x - began.at.x, at.y - began.at.y) >= DRAG_PIXELS)) {
      began.isOn = true;
      props.onHover(undefined);
      if (props.onDrag) props.onDrag(began.at, at, false);
      else scrollTo(began.top + (began.at.y - at.y) / rowHeight);
    } else props.onHover(at);
  };
  const up = (event: PointerEvent<HTMLCanvasElement>): void => {
    const began = drag.current;
    drag.current = undefined;
    if (!began) return;
    if (began.isOn) props.onDrag?.(began.at, pointOf(event), true);
    else props.onClick(pointOf(event), event.ctrlKey);
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.altKey || (event.ctrlKey && event.key !== 'Enter')) return;
    const page = Math.max(1, Math.floor(scroll.visible) - 1);
    const own: PictureKeys = {
      '+': () => props.onZoom(step, undefined),
      '=': () => props.onZoom(step, undefined),
      '-': () => props.onZoom(1 / step, undefined),
      '0': () => props.onWhole(),
      PageDown: () => scrollTo(top + page),
      PageUp: () => scrollTo(top - page),
      ...props.keys,
    };
    const act = isMenuKey(event) ? menuByKey : own[event.key];
    if (!act) return;
    event.preventDefault();
    act(event);
  };
  const menuByKey = (): void => {
    const { left = 0, top: y = 0 } = canvas.current?.getBoundingClientRect() ?? {};
    props.onMenu?.(undefined, { x: left + (width * magnification) / 2, y: y + (height * magnification) / 2 });
  };
  return (
    <div className="picture-frame">
      <div className="picture-canvas" ref={frame}>
        <canvas
          ref={canvas}
          className={className}
          role="img"
          tabIndex={0}
          aria-label={label}
          style={{ width: width * magnification, height: height * magnification }}
          data-zoom={width > 0 ? zoom : undefined}
          onKeyDown={keys}
          onPointerMove={move}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            drag.current = { at: pointOf(event), top, isOn: false };
          }}
          onPointerUp={up}
          onPointerCancel={() => (drag.current = undefined)}
          onPointerLeave={() => props.onHover(undefined)}
          onContextMenu={(event) => {
            event.preventDefault();
            // of the menu key, which was answered when it went down
            if (event.button !== 2) return;
            props.onHover(undefined);
            props.onMenu?.(pointOf(event), { x: event.clientX, y: event.clientY });
          }}
        />
        {tip && tip.text !== '' && <PictureTip tip={tip} picture={picture} />}
        <span className="unseen" role="status">
          {spoken}
        </span>
      </div>
      <RowScrollBar
        scroll={scroll}
        track={height * magnification}
        controls={label}
        valueText={place}
        onScroll={props.onScroll}
      />
    </div>
  );
}

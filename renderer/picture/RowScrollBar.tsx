import { type PointerEvent, useRef } from 'react';
import { type RowScroll, thumbOf, topAtThumb } from './rowScroll.ts';
import './rowScrollBar.css';

interface RowScrollBarProps {
  readonly scroll: RowScroll;
  /** pixels */
  readonly track: number;
  readonly controls: string;
  readonly valueText: string;
  onScroll(top: number): void;
}

/** The scroll bar of a pane that scrolls over rows of its own. Keys are the pane's: it has the focus. */
export function RowScrollBar({ scroll, track, controls, valueText, onScroll }: RowScrollBarProps) {
  const grip = useRef(0);
  const { offset, size } = thumbOf(scroll, track);
  const isIdle = scroll.rowCount <= scroll.visible;
  const down = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0 || isIdle) return;
    const at = event.clientY - event.currentTarget.getBoundingClientRect().top;
    const onThumb = at >= offset && at < offset + size;
    // a click beside the thumb brings its middle there
    grip.current = onThumb ? at - offset : size / 2;
    event.currentTarget.setPointerCapture(event.pointerId);
    if (!onThumb) onScroll(topAtThumb(scroll, track, at - grip.current));
  };
  const move = (event: PointerEvent<HTMLDivElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const at = event.clientY - event.currentTarget.getBoundingClientRect().top;
    onScroll(topAtThumb(scroll, track, at - grip.current));
  };
  return (
    <div
      className="row-scroll-bar"
      // for the pointer alone: what it scrolls is gone through by keys, and says itself where it is
      aria-hidden
      data-controls={controls}
      title={valueText}
      onPointerDown={down}
      onPointerMove={move}
    >
      {!isIdle && (
        <div className="row-scroll-thumb" style={{ transform: `translateY(${offset}px)`, height: size }} />
      )}
    </div>
  );
}

import { useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useStore } from '../client/store.ts';
import { hoverTip } from './hoverTip.ts';
import './place.css';

/** Pixels between the pointer and the tip, and between the tip and the window's edge. */
const APART = 14;

/** Draws the window's tip, turned to where there is room. */
export function HoverTip() {
  const tip = useStore(hoverTip);
  const box = useRef<HTMLDivElement>(null);
  const [shift, setShift] = useState({ x: 0, y: 0 });
  useLayoutEffect(() => {
    const size = box.current?.getBoundingClientRect();
    if (!tip || !size) return;
    const x = Math.min(tip.at.x + APART, innerWidth - size.width - APART);
    const below = tip.at.y + APART + size.height < innerHeight;
    const y = below ? tip.at.y + APART : tip.at.y - APART - size.height;
    setShift({ x: Math.max(0, x), y: Math.max(0, y) });
  }, [tip]);
  if (!tip) return undefined;
  return createPortal(
    <div className="hover-tip mono" role="tooltip" ref={box} style={{ left: shift.x, top: shift.y }}>
      {tip.text}
    </div>,
    document.body,
  );
}

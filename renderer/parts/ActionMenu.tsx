import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type { Point } from './hoverTip.ts';
import './place.css';

export interface MenuItem {
  readonly title: string;
  act(): void;
  /** a line above it */
  readonly separated?: boolean;
}

interface Props {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly at: Point;
  onClose(): void;
}

/** A menu beside the pointer: arrows move, Enter chooses, Esc and a click elsewhere close it. */
export function ActionMenu({ label, items, at, onClose }: Props) {
  const menu = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState(at);
  useLayoutEffect(() => {
    const size = menu.current?.getBoundingClientRect();
    if (!size) return;
    // a menu at the window's edge opens to its inside
    setPlace({
      x: Math.max(0, Math.min(at.x, innerWidth - size.width)),
      y: Math.max(0, Math.min(at.y, innerHeight - size.height)),
    });
  }, [at]);
  useEffect(() => {
    const before = document.activeElement;
    menu.current?.querySelector('button')?.focus();
    const onDown = (event: Event): void => {
      if (event.target instanceof Node && !menu.current?.contains(event.target)) onClose();
    };
    document.addEventListener('mousedown', onDown);
    return () => {
      document.removeEventListener('mousedown', onDown);
      // a choice that moved the focus keeps it
      if (before instanceof HTMLElement && document.activeElement === document.body) before.focus();
    };
  }, [onClose]);
  return createPortal(
    <div
      className="menu"
      role="menu"
      aria-label={label}
      ref={menu}
      style={{ left: place.x, top: place.y }}
      onClick={(event) => event.stopPropagation()}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        const buttons = [...(menu.current?.querySelectorAll('button') ?? [])];
        const i = buttons.findIndex((b) => b === document.activeElement);
        if (event.key === 'Escape' || event.key === 'Tab') onClose();
        else if (event.key === 'ArrowDown') buttons[(i + 1) % buttons.length]?.focus();
        else if (event.key === 'ArrowUp') buttons[(i - 1 + buttons.length) % buttons.length]?.focus();
        else if (event.key === 'Home') buttons[0]?.focus();
        else if (event.key === 'End') buttons.at(-1)?.focus();
        else {
          // keys of the pane behind must not act; Enter chooses
          event.stopPropagation();
          return;
        }
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {items.map(({ title, act, separated }) => (
        <div key={title} role="none">
          {separated && <hr role="separator" />}
          <button
            type="button"
            role="menuitem"
            onClick={() => {
              onClose();
              act();
            }}
          >
            {title}
          </button>
        </div>
      ))}
    </div>,
    document.body,
  );
}

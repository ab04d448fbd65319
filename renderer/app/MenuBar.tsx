import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { Host } from '../client/host.ts';
import type { Action } from './action.ts';
import { IS_MAC } from './isMac.ts';
import { shownKey } from './shownKey.ts';
import '../parts/place.css';
import './menuBar.css';

const MENUS = ['File', 'View', 'Go', 'Help'] as const;

interface Props {
  readonly actions: readonly Action[];
  /** what the page is in: a browser keeps some keys for itself */
  readonly host: Host['kind'];
  readonly hasDump: boolean;
}

/** File, View, Go, Help: every entry with its key. Arrow keys go through all of them. */
export function MenuBar({ actions, host, hasDump }: Props) {
  const [open, setOpen] = useState<string>();
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open === undefined) return undefined;
    bar.current?.querySelector<HTMLButtonElement>('.menu button:not(:disabled)')?.focus();
    const onDown = (event: Event): void => {
      if (event.target instanceof Node && !bar.current?.contains(event.target)) setOpen(undefined);
    };
    document.addEventListener('mousedown', onDown);
    return () => document.removeEventListener('mousedown', onDown);
  }, [open]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const at = MENUS.findIndex((m) => m === open);
    const top = (to: number): void => {
      const name = MENUS[(to + MENUS.length) % MENUS.length];
      if (open !== undefined) setOpen(name);
      bar.current?.querySelector<HTMLButtonElement>(`[data-menu="${name ?? ''}"]`)?.focus();
    };
    const focused = MENUS.findIndex((m) => document.activeElement?.getAttribute('data-menu') === m);
    const items = [
      ...(bar.current?.querySelectorAll<HTMLButtonElement>('.menu button:not(:disabled)') ?? []),
    ];
    const i = items.findIndex((b) => b === document.activeElement);
    if (event.key === 'ArrowRight') top((open === undefined ? focused : at) + 1);
    else if (event.key === 'ArrowLeft') top((open === undefined ? focused : at) - 1);
    else if (event.key === 'ArrowDown' && open !== undefined) items[(i + 1) % items.length]?.focus();
    else if (event.key === 'ArrowUp' && open !== undefined)
      items[(i - 1 + items.length) % items.length]?.focus();
    else if (event.key === 'ArrowDown' && focused >= 0) setOpen(MENUS[focused]);
    else if (event.key === 'Escape' && open !== undefined) {
      bar.current?.querySelector<HTMLButtonElement>(`[data-menu="${open}"]`)?.focus();
      setOpen(undefined);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="menu-bar" role="menubar" aria-label="Menu" ref={bar} onKeyDown={onKeyDown}>
      {MENUS.map((menu, i) => (
        <div key={menu} role="none" className="menu-top">
          <button
            type="button"
            role="menuitem"
            data-menu={menu}
            aria-haspopup="menu"
            aria-expanded={open === menu}
            tabIndex={i === 0 ? 0 : -1}
            onClick={() => setOpen(open === menu ? undefined : menu)}
            onMouseEnter={() => open !== undefined && setOpen(menu)}
          >
            {menu}
          </button>
          {open === menu && (
            <div className="menu" role="menu" aria-label={menu}>
              {actions
                .filter((a) => a.menu === menu)
                .map((a) => (
                  <div key={a.id} role="none">
                    {a.separated && <hr role="separator" />}
                    <button
                      type="button"
                      role="menuitem"
                      disabled={a.needsDump === true && !hasDump}
                      onClick={() => {
                        setOpen(undefined);
                        a.run();
                      }}
                    >
                      {a.title}
                      <kbd>{shownKey(a, host, IS_MAC)}</kbd>
                    </button>
                  </div>
                ))}
            </div>
          )}
        </div>
      ))}
    </div>
  );
}

import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { Host } from '../client/host.ts';
import type { Action } from './action.ts';
import { IS_MAC } from './isMac.ts';
import { keyShortcut } from './keyName.ts';
import { shownKey } from './shownKey.ts';
import '../parts/place.css';
import './menuBar.css';

const MENUS = ['File', 'View', 'Go', 'Window', 'Help'] as const;

interface Props {
  readonly actions: readonly Action[];
  /** what the page is in: a browser keeps some keys for itself */
  readonly host: Host['kind'];
  readonly hasDump: boolean;
  /** the person left the menu by Esc: the pane in front has the focus again */
  onLeave(): void;
}

/** The menus, every entry with its key. Arrow keys go through all of them, a letter to the next entry that has it. */
export function MenuBar({ actions, host, hasDump, onLeave }: Props) {
  const [open, setOpen] = useState<string>();
  /** the one that Tab comes to */
  const [stop, setStop] = useState<string>(MENUS[0]);
  const bar = useRef<HTMLDivElement>(null);
  const entries = (): HTMLButtonElement[] => [
    ...(bar.current?.querySelectorAll<HTMLButtonElement>('.menu button:not(:disabled)') ?? []),
  ];
  useEffect(() => {
    if (open === undefined) return undefined;
    bar.current?.querySelector<HTMLButtonElement>('.menu button:not(:disabled)')?.focus();
    const onDown = (event: Event): void => {
      if (event.target instanceof Node && !bar.current?.contains(event.target)) setOpen(undefined);
    };
    document.addEventListener('mousedown', onDown);
    return () => document.removeEventListener('mousedown', onDown);
  }, [open]);

  const focusTop = (name: string): void => {
    setStop(name);
    bar.current?.querySelector<HTMLButtonElement>(`[data-menu="${name}"]`)?.focus();
  };
  const toMenu = (step: number): void => {
    const from = MENUS.findIndex((m) => m === (open ?? stop));
    const name = MENUS[(from + step + MENUS.length) % MENUS.length] ?? MENUS[0];
    focusTop(name);
    if (open !== undefined) setOpen(name);
  };
  const toEntry = (index: number): void => {
    const all = entries();
    all[(index + all.length) % all.length]?.focus();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const all = entries();
    const at = all.findIndex((b) => b === document.activeElement);
    const isLetter = event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === 'ArrowRight') toMenu(1);
    else if (event.key === 'ArrowLeft') toMenu(-1);
    else if (open === undefined) {
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') setOpen(stop);
      else if (event.key === 'Home') focusTop(MENUS[0]);
      else if (event.key === 'End') focusTop(MENUS[MENUS.length - 1] ?? MENUS[0]);
      else if (event.key === 'Escape') onLeave();
      else if (isLetter && event.key !== ' ') {
        const named = MENUS.find((m) => m.toLowerCase().startsWith(event.key.toLowerCase()));
        if (named !== undefined) {
          setStop(named);
          setOpen(named);
        }
      } else return;
    } else if (event.key === 'ArrowDown') toEntry(at + 1);
    else if (event.key === 'ArrowUp') toEntry(at < 0 ? -1 : at - 1);
    else if (event.key === 'Home') toEntry(0);
    else if (event.key === 'End') toEntry(-1);
    else if (event.key === 'Escape') {
      focusTop(open);
      setOpen(undefined);
    } else if (event.key === 'Tab') {
      setOpen(undefined);
      return;
    } else if (isLetter && event.key !== ' ') {
      const next = [...all.slice(at + 1), ...all.slice(0, at + 1)];
      const letter = event.key.toLowerCase();
      next.find((b) => b.textContent.toLowerCase().startsWith(letter))?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="menu-bar" role="menubar" aria-label="Menu" ref={bar} onKeyDown={onKeyDown}>
      {MENUS.map((menu) => (
        <div key={menu} role="none" className="menu-top">
          <button
            type="button"
            role="menuitem"
            data-menu={menu}
            aria-haspopup="menu"
            aria-expanded={open === menu}
            tabIndex={stop === menu ? 0 : -1}
            onFocus={() => setStop(menu)}
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
                      tabIndex={-1}
                      aria-keyshortcuts={a.keys?.map(keyShortcut).join(' ')}
                      disabled={a.needsDump === true && !hasDump}
                      onClick={() => {
                        setOpen(undefined);
                        a.run();
                        // the entry had the focus, and is gone: what it did may have taken it
                        requestAnimationFrame(() => document.activeElement === document.body && onLeave());
                      }}
                    >
                      {a.title}
                      <kbd aria-hidden>{shownKey(a, host, IS_MAC)}</kbd>
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

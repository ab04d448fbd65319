import { type ReactNode, useMemo, useRef, useState } from 'react';
import { usePaneAction } from '../app/paneActions.ts';
import type { MenuItem } from '../parts/ActionMenu.tsx';
import type { Point } from '../parts/hoverTip.ts';
import { AddressBox } from './AddressBox.tsx';
import { useAddressMenu } from './useAddressMenu.tsx';

/** What a dock gives the picture in it. */
export interface PictureDockParts {
  /** a box for an expression: Ctrl+G goes there */
  readonly goTo: ReactNode;
  /** where it led; another object each time, even to the same place */
  readonly place: { readonly address: bigint } | undefined;
  openMenu(address: bigint, at: Point, items?: readonly MenuItem[]): void;
}

/** What the docks of all pictures have in common: the window's keys, the box for an address, an address's menu. */
export function PictureDock({ children }: { readonly children: (parts: PictureDockParts) => ReactNode }) {
  const pane = useRef<HTMLDivElement>(null);
  const [box, setBox] = useState(0);
  const [place, setPlace] = useState<{ readonly address: bigint }>();
  const { menu, openMenu } = useAddressMenu();
  const focus = (selector: string): void => pane.current?.querySelector<HTMLElement>(selector)?.focus();
  usePaneAction(pane, 'focus', () => focus('canvas'));
  usePaneAction(pane, 'find', () => focus('[data-find]'));
  usePaneAction(pane, 'goto', () => {
    setBox((b) => b + 1);
    focus('[data-goto]');
  });
  const goTo = useMemo(
    () => (
      <AddressBox
        label="Go to"
        place=""
        placeholder="address"
        size={16}
        focusTurn={box}
        onPlace={(address) => setPlace({ address })}
      />
    ),
    [box],
  );
  return (
    <div className="picture-dock" ref={pane}>
      {children({ goTo, place, openMenu })}
      {menu}
    </div>
  );
}

import { type ReactNode, useCallback, useState } from 'react';
import { useNavigate } from '../client/sessionContext.ts';
import { ActionMenu, type MenuItem } from '../parts/ActionMenu.tsx';
import { addressItems } from '../parts/addressItems.ts';
import type { Point } from '../parts/hoverTip.ts';

interface AddressMenu {
  /** to be drawn somewhere in the pane */
  readonly menu: ReactNode;
  /** `items` stand above what is offered for every address */
  openMenu(address: bigint, at: Point, items?: readonly MenuItem[]): void;
}

/** The menu of an address for pictures, whose places are no elements: what WinDbg's commands would do with it. */
export function useAddressMenu(): AddressMenu {
  const navigate = useNavigate();
  const [open, setOpen] = useState<{ address: bigint; at: Point; items: readonly MenuItem[] }>();
  const close = useCallback(() => setOpen(undefined), []);
  return {
    openMenu: (address, at, items = []) => setOpen({ address, at, items }),
    menu: open && (
      <ActionMenu
        label={`Actions for 0x${open.address.toString(16)}`}
        items={[...open.items, ...addressItems(open.address, navigate)]}
        at={open.at}
        onClose={close}
      />
    ),
  };
}

import { useCallback, useEffect, useState, type MouseEvent } from 'react';
import { describeAddress } from '../client/describeAddress.ts';
import { useNavigate, useSession } from '../client/sessionContext.ts';
import { useStore } from '../client/store.ts';
import { ActionMenu } from './ActionMenu.tsx';
import { addressItems } from './addressItems.ts';
import { addressText } from './format.ts';
import { leave, restAt, type Point } from './hoverTip.ts';
import './place.css';

/**
 * An address as a link: click goes to its memory (or code, or the map of a heap), Ctrl+click beside, right click offers what WinDbg commands
 * would do, hover shows what is known.
 */
export function Place({
  address,
  to = 'memory',
  text,
  onOpen,
}: {
  address: bigint;
  to?: 'memory' | 'disassembly' | 'heap';
  text?: string;
  /** where a click goes, of a pane that shows the place itself */
  onOpen?: (address: bigint, beside: boolean) => void;
}) {
  const navigate = useNavigate();
  const session = useSession();
  const context = useStore(session.context);
  const [menu, setMenu] = useState<Point>();
  const close = useCallback(() => setMenu(undefined), []);
  const shown = text ?? addressText(address, context?.pointerSize ?? 8);
  // a row that is scrolled away takes its tip with it
  useEffect(() => leave, []);
  const open = (event: MouseEvent): void => {
    event.stopPropagation();
    leave();
    if (onOpen) onOpen(address, event.ctrlKey);
    else navigate[to](address, { beside: event.ctrlKey });
  };
  return (
    <>
      <button
        type="button"
        tabIndex={-1}
        className="link mono place"
        onMouseEnter={({ clientX, clientY }) =>
          restAt({ x: clientX, y: clientY }, () => describeAddress(session, address))
        }
        onMouseLeave={leave}
        onClick={open}
        onContextMenu={(event) => {
          event.preventDefault();
          event.stopPropagation();
          leave();
          setMenu({ x: event.clientX, y: event.clientY });
        }}
      >
        {shown}
      </button>
      {menu && (
        <ActionMenu
          label={`Actions for 0x${address.toString(16)}`}
          items={addressItems(address, navigate)}
          at={menu}
          onClose={close}
        />
      )}
    </>
  );
}

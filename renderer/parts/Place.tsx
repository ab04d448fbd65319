import { useEffect, useRef, useState, type MouseEvent } from 'react';
import { useNavigate, useSession } from '../client/sessionContext.ts';
import { useStore } from '../client/store.ts';
import { addressText } from './format.ts';
import './place.css';

/** What is known appears after the pointer has rested so long. */
const HOVER_MS = 250;

/**
 * An address as a link: click goes to its memory (or code), Ctrl+click beside, right click offers what WinDbg commands
 * would do, hover shows what is known.
 */
export function Place({
  address,
  to = 'memory',
  text,
}: {
  address: bigint;
  to?: 'memory' | 'disassembly';
  text?: string;
}) {
  const navigate = useNavigate();
  const context = useStore(useSession().context);
  const [menu, setMenu] = useState<{ x: number; y: number }>();
  const known = useHover(address);
  const shown = text ?? addressText(address, context?.pointerSize ?? 8);
  const open = (event: MouseEvent): void => {
    event.stopPropagation();
    navigate[to](address, { beside: event.ctrlKey });
  };
  return (
    <>
      <button
        type="button"
        tabIndex={-1}
        className="link mono place"
        title={known.text}
        onMouseEnter={known.start}
        onMouseLeave={known.end}
        onClick={open}
        onContextMenu={(event) => {
          event.preventDefault();
          event.stopPropagation();
          setMenu({ x: event.clientX, y: event.clientY });
        }}
      >
        {shown}
      </button>
      {menu && <PlaceMenu address={address} at={menu} onClose={() => setMenu(undefined)} />}
    </>
  );
}

function useHover(address: bigint): { text: string | undefined; start(): void; end(): void } {
  const session = useSession();
  const [text, setText] = useState<string>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return {
    text,
    start: () => {
      timer.current = setTimeout(() => {
        session.request('describe', { address }).then(
          (d) => {
            const parts = [d.symbol, d.source, d.region, d.block, d.inDump ? undefined : 'not in the dump'];
            setText(parts.filter((p) => p !== undefined).join('\n') || 'nothing is known of it');
          },
          () => setText(undefined),
        );
      }, HOVER_MS);
    },
    end: () => clearTimeout(timer.current),
  };
}

/** What the debugger's commands do with an address. */
function PlaceMenu({
  address,
  at,
  onClose,
}: {
  readonly address: bigint;
  readonly at: { x: number; y: number };
  onClose(): void;
}) {
  const navigate = useNavigate();
  const menu = useRef<HTMLDivElement>(null);
  const hex = `0x${address.toString(16)}`;
  useEffect(() => {
    menu.current?.querySelector('button')?.focus();
    const onDown = (event: Event): void => {
      if (event.target instanceof Node && !menu.current?.contains(event.target)) onClose();
    };
    document.addEventListener('mousedown', onDown);
    return () => document.removeEventListener('mousedown', onDown);
  }, [onClose]);
  const items: [string, () => void][] = [
    ['Memory', () => navigate.memory(address)],
    ['Memory in a new pane', () => navigate.memory(address, { beside: true })],
    ['Disassembly', () => navigate.disassembly(address)],
    ...['!address', '!heap -x', '!crt', 'ln', 'dps', 'u'].map((command): [string, () => void] => [
      `${command} ${hex}`,
      () => navigate.run(`${command} ${hex}`),
    ]),
    ['Copy', () => void navigator.clipboard.writeText(hex)],
  ];
  return (
    <div
      className="menu"
      role="menu"
      aria-label={`Actions for ${hex}`}
      ref={menu}
      style={{ left: at.x, top: at.y }}
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        const buttons = [...(menu.current?.querySelectorAll('button') ?? [])];
        const i = buttons.findIndex((b) => b === document.activeElement);
        if (event.key === 'Escape') onClose();
        else if (event.key === 'ArrowDown') buttons[(i + 1) % buttons.length]?.focus();
        else if (event.key === 'ArrowUp') buttons[(i - 1 + buttons.length) % buttons.length]?.focus();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {items.map(([title, act]) => (
        <button
          key={title}
          type="button"
          role="menuitem"
          onClick={() => {
            onClose();
            act();
          }}
        >
          {title}
        </button>
      ))}
    </div>
  );
}

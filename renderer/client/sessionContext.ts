import { createContext, useContext } from 'react';
import type { DumpSession } from './dumpSession.ts';

/** How a link opens what it leads to. */
export interface Opening {
  /** in a pane of its own, as Ctrl+click does */
  readonly beside?: boolean;
}

/** What links in panes do. Each has a command that the console could show. */
export interface Navigate {
  run(command: string): void;
  memory(address: bigint | string, opening?: Opening): void;
  disassembly(address: bigint | string, opening?: Opening): void;
  /** a type's fields at an address; without a name the pane asks for one */
  type(name: string | undefined, address?: bigint, opening?: Opening): void;
  /** an expression: code where it is code, else memory */
  symbol(expression: string, opening?: Opening): void;
  /** the map of a heap */
  heap(address: bigint, opening?: Opening): void;
  /** the pane of this name */
  pane(name: string): void;
}

export const SessionContext = createContext<DumpSession | undefined>(undefined);
export const NavigateContext = createContext<Navigate | undefined>(undefined);

/** The dump of the tab that a pane is in. */
export function useSession(): DumpSession {
  const session = useContext(SessionContext);
  if (!session) throw new Error('a pane outside a tab');
  return session;
}

/** The dock's panel that a pane is in: what it tells of itself. */
export interface Panel {
  /** what stands on the tab behind the pane's name; empty for nothing */
  setPlace(text: string): void;
  /** keeps where the pane is with the layout */
  keep(params: Readonly<Record<string, string | undefined>>): void;
}

/** Whether a pane is seen: its tab is in front, and so is its dump's. Outside of a dock everything is. */
export const ShownContext = createContext(true);

export function useShown(): boolean {
  return useContext(ShownContext);
}

export const PanelContext = createContext<Panel | undefined>(undefined);

export function usePanel(): Panel {
  const panel = useContext(PanelContext);
  if (!panel) throw new Error('a pane outside a dock');
  return panel;
}

export function useNavigate(): Navigate {
  const navigate = useContext(NavigateContext);
  if (!navigate) throw new Error('a pane outside a tab');
  return navigate;
}

/** What is known of a pane without its code. */
export interface PaneKind {
  readonly title: string;
  /** the key that shows it: Alt+1 to Alt+9 as in WinDbg where it has the pane */
  readonly key: string;
  /** there may be several */
  readonly many?: boolean;
  /** it needs no dump */
  readonly anywhere?: boolean;
}

/** What a pane is opened with, and what a saved layout keeps of it: texts only, addresses in hexadecimal. */
export interface PaneParams {
  readonly expression?: string;
  readonly type?: string;
  /** how memory is shown */
  readonly format?: string;
  /** another one with each link that leads here, even to the same place */
  readonly visit?: string;
}

/** All panes, in the order of the View menu. */
export const PANES = {
  console: { title: 'Console', key: 'Alt+1' },
  summary: { title: 'Summary', key: 'Alt+2' },
  locals: { title: 'Locals', key: 'Alt+3' },
  registers: { title: 'Registers', key: 'Alt+4' },
  memory: { title: 'Memory', key: 'Alt+5', many: true },
  stack: { title: 'Stack', key: 'Alt+6' },
  disassembly: { title: 'Disassembly', key: 'Alt+7', many: true },
  threads: { title: 'Threads', key: 'Alt+9' },
  modules: { title: 'Modules', key: 'Alt+8' },
  types: { title: 'Types', key: 'Ctrl+Alt+Y', many: true },
  heaps: { title: 'Heaps', key: 'Alt+0' },
  heapMap: { title: 'Heap map', key: 'Ctrl+Alt+H', many: true },
  ownership: { title: 'Ownership', key: 'Ctrl+Alt+O' },
  addressSpace: { title: 'Address space', key: 'Ctrl+Alt+A' },
  settings: { title: 'Settings', key: 'Ctrl+,', anywhere: true },
  about: { title: 'About', key: 'Ctrl+F1', anywhere: true },
} as const satisfies Record<string, PaneKind>;

export type PaneName = keyof typeof PANES;

export const PANE_NAMES: readonly PaneName[] = Object.keys(PANES).filter(isPaneName);

export function isPaneName(name: string): name is PaneName {
  return Object.hasOwn(PANES, name);
}

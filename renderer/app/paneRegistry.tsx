import { lazy, Suspense, type ComponentType } from 'react';
import { ConsolePane } from '../console/ConsolePane.tsx';
import { PaneBoundary } from '../parts/PaneBoundary.tsx';
import { PaneNote } from '../parts/PaneState.tsx';
import { DisassemblyPane } from '../panes/DisassemblyPane.tsx';
import { LocalsPane } from '../panes/LocalsPane.tsx';
import { ModulesPane } from '../panes/ModulesPane.tsx';
import { RegistersPane } from '../panes/RegistersPane.tsx';
import { StackPane } from '../panes/StackPane.tsx';
import { SummaryPane } from '../panes/SummaryPane.tsx';
import { ThreadsPane } from '../panes/ThreadsPane.tsx';

/** What a pane is opened with, and what a saved layout keeps of it: texts only, addresses in hexadecimal. */
export interface PaneParams {
  readonly expression?: string;
  readonly type?: string;
  /** how memory is shown */
  readonly format?: string;
  /** another one with each link that leads here, even to the same place */
  readonly visit?: string;
}

export interface PaneKind {
  readonly title: string;
  /** the key that shows it: Alt+1 to Alt+9 as in WinDbg where it has the pane */
  readonly key: string;
  /** there may be several */
  readonly many?: boolean;
  readonly Component: ComponentType<PaneParams>;
}

const TypesPane = lazy(() => import('../panes/TypesPane.tsx').then((m) => ({ default: m.TypesPane })));
const HeapsPane = lazy(() => import('../panes/HeapsPane.tsx').then((m) => ({ default: m.HeapsPane })));
const MemoryDock = lazy(() => import('../panes/MemoryDock.tsx').then((m) => ({ default: m.MemoryDock })));
const HeapMapDock = lazy(() => import('../panes/HeapMapDock.tsx').then((m) => ({ default: m.HeapMapDock })));
const OwnershipDock = lazy(() =>
  import('../panes/OwnershipDock.tsx').then((m) => ({ default: m.OwnershipDock })),
);
const AddressSpaceDock = lazy(() =>
  import('../panes/AddressSpaceDock.tsx').then((m) => ({ default: m.AddressSpaceDock })),
);

/** All panes, in the order of the View menu. */
export const PANES = {
  console: { title: 'Console', key: 'Alt+1', Component: ConsolePane },
  summary: { title: 'Summary', key: 'Alt+2', Component: SummaryPane },
  locals: { title: 'Locals', key: 'Alt+3', Component: LocalsPane },
  registers: { title: 'Registers', key: 'Alt+4', Component: RegistersPane },
  memory: { title: 'Memory', key: 'Alt+5', many: true, Component: MemoryDock },
  stack: { title: 'Stack', key: 'Alt+6', Component: StackPane },
  disassembly: {
    title: 'Disassembly',
    key: 'Alt+7',
    many: true,
    Component: ({ expression, visit }) => <DisassemblyPane at={addressOf(expression)} visit={visit} />,
  },
  threads: { title: 'Threads', key: 'Alt+9', Component: ThreadsPane },
  modules: { title: 'Modules', key: 'Alt+8', Component: ModulesPane },
  types: {
    title: 'Types',
    key: 'Ctrl+Alt+Y',
    many: true,
    Component: ({ type, expression, visit }) => (
      <TypesPane type={type} expression={expression} visit={visit} />
    ),
  },
  heaps: { title: 'Heaps', key: 'Alt+0', Component: () => <HeapsPane /> },
  heapMap: {
    title: 'Heap map',
    key: 'Ctrl+Alt+H',
    many: true,
    Component: ({ expression }) => {
      const heap = addressOf(expression);
      return <HeapMapDock key={expression ?? ''} heap={typeof heap === 'bigint' ? heap : undefined} />;
    },
  },
  ownership: { title: 'Ownership', key: 'Ctrl+Alt+O', Component: () => <OwnershipDock /> },
  addressSpace: { title: 'Address space', key: 'Ctrl+Alt+A', Component: () => <AddressSpaceDock /> },
} as const satisfies Record<string, PaneKind>;

export type PaneName = keyof typeof PANES;

export function isPaneName(name: string): name is PaneName {
  return Object.hasOwn(PANES, name);
}

/** A pane's content, loaded when it is first shown. */
export function PaneContent({ name, params }: { readonly name: string; readonly params: PaneParams }) {
  if (!isPaneName(name)) return <PaneNote>This layout names a pane that there is not.</PaneNote>;
  const { Component } = PANES[name] as PaneKind;
  return (
    <PaneBoundary>
      <Suspense fallback={<PaneNote>Loading…</PaneNote>}>
        <Component {...params} />
      </Suspense>
    </PaneBoundary>
  );
}

/** `0x…` as the address itself, everything else as an expression. */
function addressOf(expression: string | undefined): bigint | string | undefined {
  return expression !== undefined && /^0x[0-9a-f]{1,16}$/i.test(expression) ? BigInt(expression) : expression;
}

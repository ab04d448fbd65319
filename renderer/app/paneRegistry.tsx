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
import { SettingsDock } from './SettingsDock.tsx';
import { isPaneName, type PaneName, type PaneParams } from './panes.ts';

const TypesPane = lazy(() => import('../panes/TypesPane.tsx').then((m) => ({ default: m.TypesPane })));
const HeapsPane = lazy(() => import('../panes/HeapsPane.tsx').then((m) => ({ default: m.HeapsPane })));
const MemoryDock = lazy(() => import('../panes/MemoryDock.tsx').then((m) => ({ default: m.MemoryDock })));
const HeapMapDock = lazy(() => import('../panes/HeapMapDock.tsx').then((m) => ({ default: m.HeapMapDock })));
const OwnershipDock = lazy(() =>
  import('../panes/OwnershipDock.tsx').then((m) => ({ default: m.OwnershipDock })),
);
const AboutPane = lazy(() => import('../panes/AboutPane.tsx').then((m) => ({ default: m.AboutPane })));
const AddressSpaceDock = lazy(() =>
  import('../panes/AddressSpaceDock.tsx').then((m) => ({ default: m.AddressSpaceDock })),
);

const COMPONENTS: Readonly<Record<PaneName, ComponentType<PaneParams>>> = {
  console: ConsolePane,
  summary: SummaryPane,
  locals: LocalsPane,
  registers: RegistersPane,
  memory: MemoryDock,
  stack: StackPane,
  disassembly: ({ expression, visit }) => <DisassemblyPane at={addressOf(expression)} visit={visit} />,
  threads: ThreadsPane,
  modules: ModulesPane,
  types: ({ type, expression, visit }) => <TypesPane type={type} expression={expression} visit={visit} />,
  heaps: () => <HeapsPane />,
  heapMap: ({ expression }) => {
    const heap = addressOf(expression);
    return <HeapMapDock key={expression ?? ''} heap={typeof heap === 'bigint' ? heap : undefined} />;
  },
  ownership: () => <OwnershipDock />,
  addressSpace: () => <AddressSpaceDock />,
  settings: () => <SettingsDock />,
  about: () => <AboutPane />,
};

/** A pane's content, loaded when it is first shown. */
export function PaneContent({ name, params }: { readonly name: string; readonly params: PaneParams }) {
  if (!isPaneName(name)) return <PaneNote>This layout names a pane that there is not.</PaneNote>;
  const Component = COMPONENTS[name];
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

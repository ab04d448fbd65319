import type { Method, Params, Result } from '../protocol/index.ts';
import type { PaneCall } from './paneCall.ts';

/** How a request's model is computed. */
export interface PaneModel {
  /** it depends on thread, frame or machine in effect, and waits for a command that may be changing them */
  readonly ofContext: boolean;
  /** it rests between names: those that are loaded meanwhile have it computed again */
  readonly ofSymbols?: boolean;
  compute(call: PaneCall, params: unknown): Promise<unknown>;
}

/** Ties a request's name to the types of what it takes and gives; the server has parsed the parameters by then. */
function pane<M extends Method>(
  _method: M,
  ofContext: boolean,
  compute: (call: PaneCall, params: Params<M>) => Result<M> | Promise<Result<M>>,
): PaneModel {
  return { ofContext, compute: async (call, params) => compute(call, params as Params<M>) };
}

/** All models of panes. Each loads its code when first asked for: the first screen needs few of them. */
export const paneModels: Partial<Record<Method, PaneModel>> = {
  summary: pane('summary', true, async (call) => (await import('./panes/summary.ts')).summaryPane(call)),
  coverage: pane('coverage', false, async (call) => (await import('./panes/coverage.ts')).coveragePane(call)),
  stack: pane('stack', true, async (call, p) => (await import('./panes/stack.ts')).stackPane(call, p)),
  threads: {
    ...pane('threads', true, async (call) => (await import('./panes/threads.ts')).threadsPane(call)),
    ofSymbols: true,
  },
  // a walk of each thread: what the person types meanwhile goes first
  threadStates: pane('threadStates', false, async (call, p) =>
    (await import('./panes/threads.ts')).threadStatesPane(call, p),
  ),
  modules: pane('modules', false, async (call) => (await import('./panes/modules.ts')).modulesPane(call)),
  registers: pane('registers', true, async (call) =>
    (await import('./panes/registers.ts')).registersPane(call),
  ),
  locals: pane('locals', true, async (call) => (await import('./panes/locals.ts')).localsPane(call)),
  disassembly: {
    ...pane('disassembly', true, async (call, p) =>
      (await import('./panes/disassembly.ts')).disassemblyPane(call, p),
    ),
    ofSymbols: true,
  },
  evaluate: pane('evaluate', true, async (call, p) =>
    (await import('./panes/address.ts')).evaluatePane(call, p),
  ),
  describe: pane('describe', false, async (call, p) =>
    (await import('./panes/address.ts')).describePane(call, p),
  ),
  typeNames: pane('typeNames', false, async (call, p) =>
    (await import('./panes/types.ts')).typeNamesPane(call, p),
  ),
  typeTree: pane('typeTree', true, async (call, p) =>
    (await import('./panes/types.ts')).typeTreePane(call, p),
  ),
  heaps: pane('heaps', false, async (call) => (await import('./panes/heaps.ts')).heapsPane(call)),
  memoryRuns: pane('memoryRuns', false, async ({ session }) =>
    (await import('../commands/memory/index.ts')).memoryRunsOf(session),
  ),
  memory: pane('memory', false, async ({ session }, { start, length }) =>
    (await import('../commands/memory/index.ts')).memoryPage(session.target.memory, start, length),
  ),
  pointerNotes: pane('pointerNotes', false, async ({ session, pace }, { start, length, size }) =>
    (await import('../commands/memory/index.ts')).pointerNotes(session, { start, length }, size, pace),
  ),
  findBytes: pane('findBytes', false, async (call, p) =>
    (await import('./panes/memory.ts')).findBytesPane(call, p),
  ),
  structureFields: pane('structureFields', true, async ({ session }, { type, address }) =>
    (await import('../commands/dt/index.ts')).structureFields(session, type, address),
  ),
  heapChoices: pane('heapChoices', false, async ({ session }) =>
    (await import('../commands/crt/index.ts')).heapChoices(session),
  ),
  heapMap: pane('heapMap', false, async ({ session, pace }, { heap }) =>
    (await import('../commands/crt/index.ts')).heapPicture(session, heap, pace),
  ),
  heapOwners: pane('heapOwners', false, async ({ session, pace }, { heap }) =>
    (await import('../commands/crt/index.ts')).heapOwners(session, heap, pace),
  ),
  heapClasses: pane('heapClasses', false, async ({ session, pace }, { heap }) =>
    (await import('../commands/crt/index.ts')).heapClasses(session, heap, pace),
  ),
  ownership: pane('ownership', false, async ({ session, pace }) =>
    (await import('../commands/crt/index.ts')).ownership(session, pace),
  ),
  verdict: pane('verdict', false, async ({ session, pace }, { address }) =>
    (await import('../commands/crt/index.ts')).pointerVerdict(session, address, pace),
  ),
  addressSpace: pane('addressSpace', false, async ({ session }) =>
    (await import('../commands/regions/index.ts')).addressSpace(session),
  ),
  heapFindings: pane('heapFindings', false, async (call, p) =>
    (await import('./panes/heaps.ts')).heapFindingsPane(call, p),
  ),
};

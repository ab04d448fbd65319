import type { Method, Params, Result } from '../protocol/index.ts';
import type { PaneCall } from './paneCall.ts';

/** How a request's model is computed. */
interface PaneModel {
  /** it depends on thread, frame or machine in effect, and waits for a command that may be changing them */
  readonly ofContext: boolean;
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
  stack: pane('stack', true, async (call, p) => (await import('./panes/stack.ts')).stackPane(call, p)),
  threads: pane('threads', true, async (call) => (await import('./panes/stack.ts')).threadsPane(call)),
  modules: pane('modules', false, async (call) => (await import('./panes/modules.ts')).modulesPane(call)),
  registers: pane('registers', true, async (call) =>
    (await import('./panes/registers.ts')).registersPane(call),
  ),
  locals: pane('locals', true, async (call) => (await import('./panes/locals.ts')).localsPane(call)),
  disassembly: pane('disassembly', true, async (call, p) =>
    (await import('./panes/disassembly.ts')).disassemblyPane(call, p),
  ),
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
  heapFindings: pane('heapFindings', false, async (call, p) =>
    (await import('./panes/heaps.ts')).heapFindingsPane(call, p),
  ),
};

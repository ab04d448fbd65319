import type { CrashAnalysis } from '../../analysis/index.ts';
import type { Session } from '../../commands/index.ts';
import type { SummaryModel } from '../../protocol/index.ts';
import { frameModel } from './stack.ts';

/** Frames of the faulting stack that the summary shows; the stack pane has all. */
const FRAMES = 12;

/** The command after which .frame counts in the stack that was analysed. */
function commandFor(session: Session, { exception, thread, machine }: CrashAnalysis): string | undefined {
  if (exception && hasRecord(exception)) return '.ecxr';
  if (!exception) return thread && `~${thread.index}s`;
  if (exception.contextAddress === undefined) return undefined;
  const view = machine === session.target.system.machine ? '' : `.effmach ${machine.kind}; `;
  return `${view}.cxr 0x${exception.contextAddress.toString(16)}`;
}

/** The innermost frames of the stack that was analysed; of endless recursion one round, and what began it. */
export function stackOf(
  session: Session,
  analysis: CrashAnalysis,
): Pick<SummaryModel, 'stack' | 'stackThread' | 'stackCommand' | 'repeat'> {
  const { frames, recursion, thread } = analysis;
  const base = { stackThread: thread?.index, stackCommand: commandFor(session, analysis) };
  const models = (some: typeof frames): SummaryModel['stack'] =>
    some.map((f) => frameModel(session, f.frame));
  const first = recursion ? frames.findIndex((f) => f.frame.index === recursion.firstFrame) : -1;
  if (!recursion || first < 0 || first + recursion.cycle.length > FRAMES)
    return { ...base, stack: models(frames.slice(0, FRAMES)) };
  const { cycle, repeats } = recursion;
  const last = cycle.at(-1)?.frame.index ?? recursion.firstFrame;
  const length = last - recursion.firstFrame + 1;
  const head = frames.slice(0, first + length);
  const rest = frames.slice(first + length * repeats);
  return {
    ...base,
    stack: models([...head, ...rest.slice(0, Math.max(1, FRAMES - head.length))]),
    repeat: { first, length, times: repeats },
  };
}

/** Whether .ecxr finds the exception: one that was found on a stack has no stream. */
export function hasRecord({ source }: NonNullable<CrashAnalysis['exception']>): boolean {
  return source === 'exception stream';
}

import { UsageError } from '../../errors/index.ts';
import { command } from '../command.ts';
import type { Session } from '../session.ts';

/** States that are kept at most: a loop that only pushes must not fill memory. */
const MAX_KEPT = 1024;

/** Where the person stood, and with `/r` what $t0 to $t19 held. */
interface Kept {
  readonly thread: Session['thread'];
  readonly machine: Session['machine'];
  readonly frame: number;
  readonly context: Session['contextOverride'];
  readonly giveBack?: () => void;
}

const kept = new WeakMap<Session, Kept[]>();

function keptBy(session: Session): Kept[] {
  let found = kept.get(session);
  if (!found) kept.set(session, (found = []));
  return found;
}

/** Reads `/r` and `/q`; throws for anything else. */
function optionsOf(name: string, args: string): { readonly registers: boolean } {
  const words = args.split(/\s+/).filter(Boolean);
  const unknown = words.find((word) => !/^\/[rq]$/i.test(word));
  if (unknown !== undefined) throw new UsageError(`${name} takes /r and /q, not '${unknown}'`);
  return { registers: words.some((word) => word.toLowerCase() === '/r') };
}

const OPTIONS = [
  { flag: '/r', meaning: '$t0 to $t19 too' },
  { flag: '/q', meaning: 'prints nothing, as it does without' },
] as const;

export const push = command<Kept>({
  name: '.push',
  tier: 'C',
  syntax: ['.push', '.push /r', '.push /r /q'],
  summary: 'Keeps thread, frame and context, for .pop to go back to.',
  options: OPTIONS,
  run({ session, args, name }) {
    const { registers } = optionsOf(name, args);
    const { thread, machine, frame, contextOverride: context } = session;
    if (keptBy(session).length >= MAX_KEPT) throw new UsageError(`.push keeps ${MAX_KEPT} states at most`);
    return { thread, machine, frame, context, ...(registers && { giveBack: session.evaluator.remember() }) };
  },
  print: (state, _, { session }) => keptBy(session).push(state),
  data: ({ frame }, { session }) => ({ kept: keptBy(session).length + 1, frame }),
});

export const pop = command<Kept>({
  name: '.pop',
  tier: 'C',
  syntax: ['.pop', '.pop /r', '.pop /r /q'],
  summary: 'Goes back to the thread, frame and context that .push kept last.',
  options: OPTIONS,
  run({ session, args, name }) {
    const { registers } = optionsOf(name, args);
    const state = keptBy(session).pop();
    if (!state) throw new UsageError('.pop: nothing was kept with .push', 'not-available');
    if (registers && !state.giveBack)
      throw new UsageError('.pop /r: the last .push kept no pseudo-registers', 'not-available');
    if (session.machine !== state.machine) session.selectMachine(state.machine);
    if (state.thread) session.selectThread(state.thread);
    session.setContext(state.context);
    session.frame = state.frame;
    if (registers) state.giveBack?.();
    return state;
  },
  print: () => undefined,
  data: ({ frame }, { session }) => ({ kept: keptBy(session).length, frame }),
});

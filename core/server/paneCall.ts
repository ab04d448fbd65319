import type { Call, Executed, Pace, Session } from '../commands/index.ts';

/** What a pane's model is computed from. Nothing here changes the session. */
export interface PaneCall {
  readonly session: Session;
  readonly pace: Pace;
}

/** A pane's question in the form that commands take theirs, for models that commands and panes share. */
export function asCommandCall({ session, pace }: PaneCall): Call {
  const nothing = (): Promise<Executed> => Promise.resolve({});
  return { session, pace, name: '', args: '', execute: nothing };
}

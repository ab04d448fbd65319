import type { ThreadRowModel, ThreadStateModel } from '../../core/protocol/index.ts';

/** A thread with what it does, as far as that is known by now. */
export interface ThreadRow extends ThreadRowModel {
  readonly state?: ThreadStateModel;
}

/** A piece of what a row says, and what it is. */
export interface StatePart {
  readonly kind: 'place' | 'fault' | 'state' | 'idle' | 'own';
  readonly text: string;
}

/**
 * What a row says of its thread: what holds it up, and the innermost function of the program's own code. That one comes
 * first where many threads do the same: run, or wait for something that is not known.
 */
export function stateParts({ state, place }: ThreadRow): readonly StatePart[] {
  if (!state) return [{ kind: 'place', text: place }];
  const own: StatePart[] = state.own ? [{ kind: 'own', text: state.own.name }] : [];
  switch (state.kind) {
    case 'faulted':
      return [{ kind: 'fault', text: state.text }, ...own];
    case 'suspended':
    case 'blocked':
    case 'unknown':
      return [{ kind: 'state', text: state.text }, ...own];
    case 'waits':
      return [...own, { kind: 'state', text: state.text }];
    case 'idle':
      return [...own, { kind: 'idle', text: state.text }];
    case 'runs':
      return own.length > 0 ? own : [{ kind: 'state', text: state.text }];
  }
}

export function stateText(thread: ThreadRow): string {
  return stateParts(thread)
    .map((part) => part.text)
    .join(' · ');
}

/** All that is known of a thread, a line each. */
export function threadTip(thread: ThreadRow): string {
  const { index, id, name, state, place, suspendCount, priority, teb } = thread;
  const own = state?.own;
  const numbers = [
    suspendCount === undefined ? '' : `suspend count ${suspendCount}`,
    priority === undefined ? '' : `priority ${priority}`,
    `TEB ${teb.toString(16)}`,
  ];
  return [
    `thread ${index}, id ${id.toString(16)} (${id})${name === undefined ? '' : `, ${name}`}`,
    state?.text,
    state?.evidence,
    own &&
      `own code: ${own.text}, frame ${own.frame.toString(16)}${own.source ? ` (${own.source.file} @ ${own.source.line})` : ''}`,
    `at ${place}`,
    numbers.filter((n) => n !== '').join(', '),
  ]
    .filter((line) => line !== undefined && line !== '')
    .join('\n');
}

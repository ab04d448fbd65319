import type { Session } from '../session.ts';
import { exceptionName } from '../../analysis/index.ts';

/** The event that a dump was written for, in the terms of the event line. */
export interface EventModel {
  readonly processId?: number;
  readonly threadId: number;
  readonly code: number;
  readonly name?: string;
}

export function eventOf(session: Session): EventModel | undefined {
  const exception = session.target.exception;
  if (!exception) return undefined;
  const { code } = exception.record;
  return {
    processId: session.target.system.processId,
    threadId: exception.threadId,
    code,
    name: exceptionName(code),
  };
}

/**
 * `10260.107a0: Access violation - code c0000005 (first/second chance not available)`. A dump does not say which
 * chance it was.
 */
export function eventText(event: EventModel): string {
  return `${(event.processId ?? 0).toString(16)}.${event.threadId.toString(16)}: ${exceptionText(event)} (first/second chance not available)`;
}

/** `Access violation - code c0000005`. */
export function exceptionText({ code, name }: { readonly code: number; readonly name?: string }): string {
  return `${name ?? 'Unknown exception'} - code ${(code >>> 0).toString(16).padStart(8, '0')}`;
}

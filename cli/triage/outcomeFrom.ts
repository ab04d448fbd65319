import type { TriageOutcome, TriageTask } from './triageQueue.ts';

/**
 * Another machine's answer about a dump, checked: it may be of another version, or of somebody else who writes to the
 * server. What is no answer becomes a failure of the dump.
 */
export function outcomeFrom(value: unknown, task: TriageTask): TriageOutcome {
  const { id, dump } = task;
  const { ok, data, error, seconds } = parsed(value);
  if (typeof ok === 'boolean' && typeof seconds === 'number') {
    if (ok && isObject(data) && ['string', 'undefined'].includes(typeof data.signature))
      return { id, dump, ok, data, seconds };
    if (!ok && isObject(error) && typeof error.code === 'string' && typeof error.message === 'string')
      return { id, dump, ok, error: { code: error.code, message: error.message }, seconds };
  }
  return failedInQueue(task, 'the answer from the queue is none of stillframe');
}

/** A dump that nobody looked at. */
export function failedInQueue({ id, dump }: TriageTask, message: string): TriageOutcome {
  return { id, dump, ok: false, error: { code: 'queue', message }, seconds: 0 };
}

/** The queue gives what it was given: an object, or its JSON. */
function parsed(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'string') return isObject(value) ? value : {};
  try {
    const read: unknown = JSON.parse(value);
    return isObject(read) ? read : {};
  } catch {
    return {}; // no JSON: no answer
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

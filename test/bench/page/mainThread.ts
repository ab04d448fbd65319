import type { Browser, Page } from 'playwright-core';

/** One event of Chromium's trace (Trace Event Format): times in microseconds, `tdur` is processor time. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string; readonly data?: { readonly type?: string } };
}

/** What a page's main thread did, in milliseconds of processor time: no other program's load is in it. */
export interface MainThread {
  /** each task, from the event loop's turn to its end */
  readonly tasks: readonly number[];
  /** events of keys, from the press to the field's new value */
  readonly keys: readonly number[];
}

/** Traces the main thread while something is done. The page must have been given a key or a wheel by then. */
export async function traceMainThread(
  browser: Browser,
  page: Page,
  work: () => Promise<void>,
): Promise<MainThread> {
  await browser.startTracing(page, {
    categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'],
  });
  await work();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const { traceEvents } = trace;
  const drawn = traceEvents.find((e) => e.name === 'EventDispatch');
  const own = traceEvents.filter((e) => e.pid === drawn?.pid && e.tid === drawn.tid && e.tdur !== undefined);
  const times = (events: readonly TraceEvent[]): number[] => events.map((e) => (e.tdur ?? 0) / 1000);
  return {
    tasks: times(own.filter((e) => e.name === 'RunTask')),
    keys: times(
      own.filter((e) => e.name === 'EventDispatch' && /^key(?:down|press)$/.test(e.args?.data?.type ?? '')),
    ),
  };
}

/** The task that an event at any moment has to wait for: long ones are met more often, by their length. */
export function taskMet(tasks: readonly number[], part: number): number {
  const sorted = [...tasks].sort((a, b) => a - b);
  const total = sorted.reduce((sum, t) => sum + t, 0);
  let passed = 0;
  for (const t of sorted) {
    passed += t;
    if (passed >= total * part) return t;
  }
  return sorted.at(-1) ?? NaN;
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

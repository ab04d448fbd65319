import type { ConsoleLog } from '../client/consoleLog.ts';
import { spanTarget, type SpanTarget } from './spanTarget.ts';

/** Links that a list offers, and lines that are looked through for them: more nobody goes through by keys. */
const MAX_LINKS = 200;
const MAX_LINES = 1000;

/** The links of what the last command printed, in its order, each once. */
export function lastLinks(log: ConsoleLog): SpanTarget[] {
  let first = log.length;
  while (first > 0 && log.length - first < MAX_LINES && log.at(first - 1)?.prompt === undefined) first--;
  const links = new Map<string, SpanTarget>();
  for (const { line } of log.slice(first)) {
    for (const span of line) {
      const target = spanTarget(span);
      const key = target && `${target.text} ${target.command ?? ''}`;
      if (key !== undefined && target && links.size < MAX_LINKS && !links.has(key)) links.set(key, target);
    }
  }
  return [...links.values()];
}

import { visible } from '../../core/output/index.ts';
import { SCHEMA_VERSION } from '../writers.ts';
import type { TriageSummary } from './groups.ts';
import type { TriageOutcome } from './triageQueue.ts';

/** Dumps that are named for a group; the JSON names all. */
const EXAMPLES = 3;

/** One dump's line of the JSON output. */
export function jsonOf({ dump, ok, data, error, seconds }: TriageOutcome): string {
  const answer = ok ? { data } : { error };
  return JSON.stringify({
    schemaVersion: SCHEMA_VERSION,
    command: 'triage',
    dump,
    ok,
    seconds: round(seconds),
    ...answer,
  });
}

/** The last line of the JSON output: all dumps together. */
export function summaryJson(summary: TriageSummary): string {
  const data = { ...summary, seconds: round(summary.seconds) };
  return JSON.stringify({
    schemaVersion: SCHEMA_VERSION,
    command: 'triage',
    ok: true,
    data,
    text: summaryText(summary),
  });
}

/** The groups, and what could not be looked at. */
export function summaryText({ dumps, failed, groups, failures, seconds }: TriageSummary): string {
  const lines = groups.flatMap(({ signature, count, dumps: names }) => [
    `${String(count).padStart(6)}  ${visible(signature)}`,
    ...names.slice(0, EXAMPLES).map((name) => `        ${visible(name)}`),
    ...(count > EXAMPLES ? [`        and ${count - EXAMPLES} more`] : []),
  ]);
  for (const { dump, message } of failures) lines.push(`failed  ${visible(dump)}: ${visible(message)}`);
  const speed = seconds > 0 ? `, ${(dumps / seconds).toFixed(1)} a second` : '';
  lines.push(
    `${dumps} dumps in ${seconds.toFixed(1)} s${speed}: ${groups.length} signatures, ${failed} failed`,
  );
  return lines.join('\n');
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

import { visible } from '../../core/output/index.ts';
import type { TriageSummary } from './groups.ts';

/** Dumps that are named for a group; the JSON names all. */
const EXAMPLES = 3;

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

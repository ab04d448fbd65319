import type { LogLine } from '../../core/protocol/index.ts';
import { logText } from '../client/consoleLog.ts';
import { countText } from '../parts/format.ts';

/** Lines that are read out as they are; of more, how many there are and the last one. */
const READ_OUT = 20;
/** Characters of a line that are read out: nobody listens to more. */
const MAX_LENGTH = 300;

/** What screen readers are told of lines that were printed since they were told last. */
export function announcement(added: readonly LogLine[]): string {
  const printed = added.filter((line) => line.prompt === undefined).map((line) => short(logText(line)));
  if (printed.length <= READ_OUT) return printed.join('\n');
  return `${countText(printed.length)} lines of output. The last one: ${printed.at(-1) ?? ''}`;
}

function short(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

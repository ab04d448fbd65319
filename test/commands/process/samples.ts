import { readFileSync } from 'node:fs';
import { shared } from '../../corpus.ts';

/** The lines of a sample of the debugger's own output, by its heading in samples.md. */
export function sample(heading: string): string[] {
  const text = readFileSync(shared('windbg/samples.md'), 'utf8');
  const start = text.indexOf(`\n### ${heading}\n`);
  if (start < 0) throw new Error(`no sample '${heading}'`);
  const open = text.indexOf('```text\n', start) + '```text\n'.length;
  return text.slice(open, text.indexOf('\n```', open)).split('\n');
}

/** The part of a line up to its value: `    ProcessHeap:       `. Undefined for lines without a label. */
export function label(line: string): string | undefined {
  return /^ {2,}[A-Za-z][\w. ]*:? +(?=[0-9a-f'YN])/.exec(line)?.[0];
}

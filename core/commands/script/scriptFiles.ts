import { NotAvailable, UsageError } from '../../errors/index.ts';
import type { Output } from '../../output/index.ts';
import { command, type Call } from '../command.ts';

interface ScriptModel {
  readonly path: string;
  readonly text: string;
  readonly variables?: ReadonlyMap<string, string>;
}

/** With one dollar sign the file name takes the rest of the line, semicolons too ("Run Script File" of the manual). */
const REACH = /^(?:\$>?<[^\n]*|\$\$(?:>a?)?<(?:"[^"\n]*"|[^;"\n])*)/;

async function run({ session, name, args }: Call): Promise<ScriptModel> {
  const words = name.startsWith('$$>a') ? wordsOf(args) : [unquoted(args)];
  const [path = '', ...given] = words;
  if (path === '') throw new UsageError(`${name} takes the name of a script file`);
  if (!session.files) throw new NotAvailable(`'${path}' cannot be read: this host has no files`);
  const text = (await session.files.read(path)).replace(/\r\n?/g, '\n');
  const variables = new Map(given.map((word, i) => [`$arg${i + 1}`, word] as const));
  return { path, text, ...(name.startsWith('$$>a') && { variables }) };
}

async function print(model: ScriptModel, out: Output, { session, name, execute }: Call): Promise<void> {
  const { path, text, variables } = model;
  if (name.includes('>')) {
    // one block: what fails in it ends it
    const { failure } = await execute(text, out, { variables });
    if (failure) throw new UsageError(`${path}: the script ended at its first error`, failure.code);
    return;
  }
  let failed = 0;
  for (const line of text.split('\n')) {
    if (session.ended) return;
    if (line.trim() === '') continue;
    out.line(`${session.prompt()} ${line}`);
    if ((await execute(line, out)).failure) failed++;
    out.flush();
  }
  if (failed > 0) throw new UsageError(`${path}: ${failed} ${failed === 1 ? 'line' : 'lines'} failed`);
}

/** Words between blanks; those in quotes are one. */
function wordsOf(text: string): string[] {
  return (text.match(/"[^"]*"|\S+/g) ?? []).map(unquoted);
}

function unquoted(text: string): string {
  return /^"(.*)"$/.exec(text.trim())?.[1] ?? text.trim();
}

export const scriptFiles = command<ScriptModel>({
  name: '$$><',
  beyond: 'reads files',
  aliases: ['$<', '$><', '$$<', '$$>a<'],
  pattern: /^(?:\$\$>a<|\$\$?>?<)/,
  tier: 'B',
  reach: REACH,
  syntax: ['$$><File', '$$>a<File [Argument ...]', '$$<File', '$><File', '$<File'],
  summary: 'Runs a script file: as one program (with >), or line by line.',
  options: [
    { flag: '$$>a<', meaning: 'the program with arguments: ${$arg1}, ${$arg2}…' },
    { flag: '$< $><', meaning: 'the file name is the rest of the line, semicolons and all' },
  ],
  run,
  print,
});

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { completions } from '../core/engine/index.ts';
import { messageOf } from '../core/errors/index.ts';
import type { Runner } from './runner.ts';

const HISTORY_LINES = 1000;

/** The prompt: history, completion of commands and names, Enter repeats the last line, Ctrl+C stops a command. */
export async function interact(runner: Runner): Promise<void> {
  const historyFile = join(
    process.env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'),
    'stillframe',
    'history',
  );
  const terminal = createInterface({
    input: process.stdin,
    output: process.stdout,
    historySize: HISTORY_LINES,
    history: readHistory(historyFile),
    completer: (line: string, done: (failed: Error | null, found?: [string[], string]) => void): void => {
      completions(runner.engine, line).then(
        ({ candidates, word }) => done(null, [candidates, word]),
        (e: unknown) => done(e instanceof Error ? e : new Error(messageOf(e))),
      );
    },
  });
  let history: string[] = [];
  terminal.on('history', (lines: string[]) => (history = lines));
  terminal.on('SIGINT', () => {
    if (!runner.stop()) terminal.write(null, { ctrl: true, name: 'u' });
  });
  let last = '';
  while (!runner.ended) {
    const line = await ask(terminal, `${runner.engine.prompt()} `);
    if (line === undefined) break;
    last = line.trim() === '' ? last : line;
    if (last.trim() !== '') await runner.run(last, false);
  }
  terminal.close();
  writeHistory(historyFile, history);
}

/** One line, or undefined at the end of input. */
function ask(terminal: Interface, prompt: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const onClose = (): void => resolve(undefined);
    terminal.once('close', onClose);
    terminal.question(prompt, (answer) => {
      terminal.off('close', onClose);
      resolve(answer);
    });
  });
}

function readHistory(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean).slice(0, HISTORY_LINES);
  } catch {
    return []; // the first time, or not readable: an empty history is as good
  }
}

function writeHistory(file: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, lines.slice(0, HISTORY_LINES).join('\n'), { mode: 0o600 });
  } catch {
    // a read-only home is no reason to complain at the end of a session
  }
}

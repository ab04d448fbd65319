import { UsageError } from '../../errors/index.ts';
import { command, type Call } from '../command.ts';
import { settingsOf, type SourceWindow } from '../settings.ts';

interface LspModel {
  readonly prompt: SourceWindow;
  /** shown with -a */
  readonly list?: SourceWindow;
}

/** `lsp 3 5`, `lsp -a 20`: how many lines are shown around the current one. */
export const lsp = command<LspModel>({
  name: 'lsp',
  tier: 'C',
  syntax: ['lsp [-a] LeadingLines TrailingLines', 'lsp [-a] TotalLines', 'lsp [-a]'],
  summary: 'Sets how many source lines are shown at the prompt, and with -a by ls and lsa.',
  options: [{ flag: '-a', meaning: 'for ls and lsa' }],
  run({ session, args }: Call) {
    const settings = settingsOf(session);
    const words = args.split(/\s+/).filter(Boolean);
    const forLists = words[0] === '-a';
    const numbers = words.slice(forLists ? 1 : 0).map((word) => lineCount(session, word));
    if (numbers.length > 2) throw new UsageError('lsp takes one number or two', 'syntax');
    const window = windowOf(numbers);
    if (window && forLists) settings.listLines = window;
    else if (window) settings.promptLines = window;
    return { prompt: settings.promptLines, list: forLists ? settings.listLines : undefined };
  },
  print({ prompt, list }, out) {
    out.line(`At the prompt, display ${prompt.before} source lines before and ${after(prompt)} after`);
    if (!list) return;
    out.line(`With lsa, display ${list.before} source lines before and ${after(list)} after`);
    out.line(`With ls, display ${list.total} source lines`);
  },
  data: ({ prompt, list }) => ({ prompt: { ...prompt }, list: list && { ...list } }),
});

/** One number is divided: "if this number is odd, more trailing lines are displayed" (the manual). */
function windowOf([first, second]: readonly number[]): SourceWindow | undefined {
  if (first === undefined) return undefined;
  if (second !== undefined) return { before: first, total: first + second };
  return { before: Math.floor(first / 2), total: first };
}

function after({ before, total }: SourceWindow): number {
  return total - before;
}

function lineCount(session: Call['session'], word: string): number {
  const value = session.evaluator.evaluate(word);
  if (value < 0n || value > 10_000n) throw new UsageError(`lsp cannot show ${value} lines`);
  return Number(value);
}

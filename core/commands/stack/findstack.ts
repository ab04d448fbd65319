import { UsageError } from '../../errors/index.ts';
import type { Output } from '../../output/index.ts';
import { compileWildcard, hasWildcards } from '../../types/index.ts';
import { command, type Call } from '../command.ts';
import { frameText } from './frameName.ts';
import { rowLines } from './printStack.ts';
import { frameData, stackModel, type StackModel, type StackRow } from './stackModel.ts';
import { parseStackOptions } from './stackOptions.ts';

interface Match {
  readonly stack: StackModel;
  readonly rows: ReadonlySet<StackRow>;
}

interface FindModel {
  readonly matches: readonly Match[];
  /** 0: threads only; 1: with the frames that match; 2: with all their frames */
  readonly level: number;
}

export const findstack = command<FindModel>({
  name: '!findstack',
  tier: 'B',
  syntax: ['!findstack Symbol [DisplayLevel]'],
  summary: 'Finds the threads whose stacks hold a symbol or module.',
  options: [
    { flag: 'Symbol', meaning: 'part of module!function, or a pattern with * and ?; case is ignored' },
    { flag: 'DisplayLevel', meaning: '0: threads; 1: and the frames that match; 2: and all other frames' },
  ],
  run,
  print,
  data,
});

async function run({ session, args, pace }: Call): Promise<FindModel> {
  const [symbol, levelText = '1', ...more] = args.split(/\s+/);
  if (!symbol || more.length > 0 || !/^[012]$/.test(levelText)) {
    throw new UsageError('!findstack Symbol [DisplayLevel]: the level is 0, 1 or 2', 'syntax');
  }
  const isWanted = matcher(symbol);
  const options = parseStackOptions('kn', '', session);
  const matches: Match[] = [];
  const { threads } = session.target;
  for (const [done, thread] of threads.entries()) {
    const stack = stackModel(session, thread, options);
    const rows = new Set(stack.rows.filter((row) => isWanted(frameText(row.name, row.frame, false))));
    if (rows.size > 0) matches.push({ stack, rows });
    if (pace.due()) await pace.rest({ done, total: threads.length, what: 'threads' });
  }
  return { matches, level: Number(levelText) };
}

function matcher(symbol: string): (name: string) => boolean {
  if (!hasWildcards(symbol)) {
    const wanted = symbol.toLowerCase();
    return (name) => name.toLowerCase().includes(wanted);
  }
  const wildcard = compileWildcard(symbol);
  return (name) => wildcard.test(name);
}

function print({ matches, level }: FindModel, out: Output): void {
  for (const { stack, rows } of matches) {
    const index = String(stack.thread?.index ?? 0).padStart(3, '0');
    out.line(`Thread ${index}, ${rows.size} frame(s) match`);
    if (level === 0) continue;
    for (const row of stack.rows) {
      const isMatch = rows.has(row);
      if (!isMatch && level < 2) continue;
      const mark = isMatch ? '        * ' : '          ';
      for (const line of rowLines(row, stack.options, stack.machine.pointerSize)) out.line(mark, ...line);
    }
    out.line('');
  }
}

function data({ matches }: FindModel) {
  return {
    threads: matches.map(({ stack, rows }) => ({
      thread: stack.thread && { index: stack.thread.index, id: `0x${stack.thread.id.toString(16)}` },
      frames: [...rows].map(frameData),
    })),
  };
}

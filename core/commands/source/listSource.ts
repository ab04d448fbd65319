import { UsageError } from '../../errors/index.ts';
import { toAddress } from '../../eval/index.ts';
import { command, type Call } from '../command.ts';
import type { Session } from '../session.ts';
import { settingsOf } from '../settings.ts';
import {
  currentSource,
  setCurrentSource,
  sourceAt,
  sourceOfFrame,
  type SourcePoint,
} from './currentSource.ts';
import { listingData, listingLines, type ListedLines } from './sourceListing.ts';

/** Lines of one listing: more are a mistake. */
const COUNT_LIMIT = 100_000;

/** `ls`: goes on in the current file. */
export const ls = command<ListedLines>({
  name: 'ls',
  tier: 'C',
  syntax: ['ls [.] [first] [, count]'],
  summary: 'Lists lines of the current source file, and goes on behind them the next time.',
  options: [
    { flag: '.', meaning: 'the file of the frame in effect instead of the one listed last' },
    { flag: 'first, count', meaning: 'numbers of lines, in the default radix' },
  ],
  run({ session, args }: Call) {
    const { here, rest } = takeDot(args);
    const numbers = readNumbers(session, rest);
    const known = here ? undefined : currentSource(session);
    const point = known?.point ?? sourceOfFrame(session);
    const { total } = settingsOf(session).listLines;
    const first = numbers[0] ?? known?.next ?? point.line;
    return taken(session, { point, first: Math.max(1, first), count: numbers[1] ?? total });
  },
  print: (model, out, { session }) => {
    for (const line of listingLines(session, model)) out.line(...line);
  },
  data: listingData,
});

/** `lsa ADDRESS`, `lsa .`: the lines around an address' own. */
export const lsa = command<ListedLines>({
  name: 'lsa',
  tier: 'C',
  syntax: ['lsa [.] address [, first [, count]]', 'lsa .'],
  summary: 'Lists the source lines around that of an address, with a mark at its own.',
  options: [{ flag: '.', meaning: 'alone: the frame in effect' }],
  run({ session, args }: Call) {
    const { here, rest } = takeDot(args);
    const [text = '', ...numbers] = rest.split(',');
    const point = text.trim() === '' ? frameOr(session, here) : atExpression(session, text);
    const [first, count] = readNumbers(session, numbers.join(','));
    const { before, total } = settingsOf(session).listLines;
    return taken(session, {
      point,
      first: Math.max(1, first ?? point.line - before),
      count: count ?? total,
      marked: point.line,
    });
  },
  print: (model, out, { session }) => {
    for (const line of listingLines(session, model)) out.line(...line);
  },
  data: listingData,
});

function frameOr(session: Session, here: boolean): SourcePoint {
  if (here) return sourceOfFrame(session);
  throw new UsageError('lsa takes an address, or . for the frame in effect');
}

function atExpression(session: Session, text: string): SourcePoint {
  return sourceAt(session, toAddress(session.evaluator.evaluate(text), session.machine.pointerSize));
}

/** Makes the listed file the current one; the next ls goes on behind the last line shown. */
function taken(session: Session, listed: ListedLines): ListedLines {
  setCurrentSource(session, { ...listed.point, line: listed.first + listed.count });
  return listed;
}

function takeDot(args: string): { here: boolean; rest: string } {
  const here = /^\.(\s|,|$)/.test(args);
  return { here, rest: (here ? args.slice(1) : args).trim().replace(/^,/, '') };
}

/** `5`, `5, 10`, `, 10`: undefined for what is left out. */
function readNumbers(session: Session, text: string): (number | undefined)[] {
  return text.split(',').map((part) => {
    if (part.trim() === '') return undefined;
    const value = session.evaluator.evaluate(part);
    if (value < 1n || value > BigInt(COUNT_LIMIT)) throw new UsageError(`there is no line ${value}`);
    return Number(value);
  });
}

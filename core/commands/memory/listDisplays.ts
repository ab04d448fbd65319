import { hexAddress } from '../../bytes/index.ts';
import { span } from '../../output/index.ts';
import type { Address } from '../../target/index.ts';
import { UsageError } from '../../errors/index.ts';
import { command, type Call, type Command } from '../command.ts';
import { integerAt, readBlock } from './block.ts';
import { rowAddress } from './numberFormats.ts';
import { pointerPart } from './pointerCells.ts';
import { rememberShown } from './shownRange.ts';

/** Elements and words of each, where they are not given. */
const DEFAULT_COUNT = 0x20n;
const DEFAULT_WORDS = 4n;
/** More elements than a list that a person reads; each is kept until it is printed. */
const MAX_COUNT = 0x100000n;
const MAX_WORDS = 0x400n;

/** Why a walk ended. */
type End = 'count' | 'loop' | 'null' | 'unreadable';

interface ListModel {
  readonly entries: readonly { readonly address: Address; readonly words: readonly (bigint | null)[] }[];
  readonly end: End;
  readonly pointerSize: 4 | 8;
}

async function walk(call: Call, backward: boolean): Promise<ListModel> {
  const { session } = call;
  const { pointerSize } = session.machine;
  const { memory } = session.target;
  const { start, count, words } = readArguments(call);
  const entries: { address: Address; words: (bigint | null)[] }[] = [];
  const seen = new Set<Address>();
  let end: End = 'count';
  let at = start;
  while (entries.length < count) {
    seen.add(at);
    const block = readBlock(memory, at, Math.max(words, 2) * pointerSize);
    const all = Array.from({ length: Math.max(words, 2) }, (_, i) =>
      integerAt(block, i * pointerSize, pointerSize),
    );
    entries.push({ address: at, words: all.slice(0, words) });
    const next = all[backward ? 1 : 0] ?? null;
    if (next === null) end = 'unreadable';
    else if (next === 0n) end = 'null';
    else if (seen.has(next)) end = 'loop';
    else {
      at = next;
      if (call.pace.due()) await call.pace.rest({ done: entries.length, what: 'elements' });
      continue;
    }
    break;
  }
  rememberShown(session, at + BigInt(words * pointerSize));
  return { entries, end, pointerSize };
}

/** `Address [MaxCount [Size]]`: expressions one after the other. */
function readArguments(call: Call): { start: Address; count: number; words: number } {
  const { evaluator } = call.session;
  const numbers: bigint[] = [];
  let rest = call.args;
  // a range of one byte is an address, zero-extended as the machine wants it
  const first = rest === '' ? undefined : evaluator.evaluatePrefix(rest);
  if (!first) throw new UsageError('dl takes an address, a number of elements and a number of words of each');
  const start = evaluator.address(rest.slice(0, rest.length - first.rest.length));
  rest = first.rest;
  while (rest !== '' && numbers.length < 2) {
    const next = evaluator.evaluatePrefix(rest);
    numbers.push(next.value);
    rest = next.rest;
  }
  if (rest !== '') throw new UsageError(`Extra character error in '${call.args}'`, 'syntax');
  const [count = DEFAULT_COUNT, words = DEFAULT_WORDS] = numbers;
  if (count < 1n || count > MAX_COUNT) throw new UsageError(`dl shows 1 to ${MAX_COUNT} elements`, 'syntax');
  if (words < 1n || words > MAX_WORDS)
    throw new UsageError(`dl shows 1 to ${MAX_WORDS} words of each`, 'syntax');
  return { start, count: Number(count), words: Number(words) };
}

function listCommand(name: 'dl' | 'dlb'): Command {
  return command<ListModel>({
    name,
    tier: 'B',
    summary: `Walks a linked list ${name === 'dl' ? 'forward' : 'backward'} and shows the words of each element.`,
    syntax: [`${name} Address [MaxCount [Size]]`],
    run: (call) => walk(call, name === 'dlb'),
    print({ entries, pointerSize }, out) {
      const columns = pointerSize === 4 ? 4 : 2;
      for (const { address, words } of entries) {
        for (let i = 0; i < words.length; i += columns) {
          const row = words.slice(i, i + columns).flatMap((word) => [' ', pointerPart(word, pointerSize)]);
          const rowStart = rowAddress(address + BigInt(i * pointerSize), pointerSize);
          out.line(span(rowStart, 'address'), ' ', ...row);
        }
      }
    },
    data: ({ entries, end }) => ({
      entries: entries.map(({ address, words }) => ({
        address: hexAddress(address),
        words: words.map((word) => (word === null ? null : hexAddress(word))),
      })),
      end,
    }),
  });
}

/** dl and dlb. */
export const listDisplays: readonly Command[] = [listCommand('dl'), listCommand('dlb')];

import { hexAddress } from '../../bytes/index.ts';
import { type Address, readPointer, tryRead } from '../../target/index.ts';
import { span } from '../../output/index.ts';
import { command, type Call, type Command } from '../command.ts';
import { NUMBER_FORMATS, printNumberRow, readBlock } from '../memory/index.ts';
import { addressAndNumbers } from './expressions.ts';

/** Entries where no count is given (-dflink.md). */
const DEFAULT_COUNT = 32n;
const MAX_COUNT = 0x10000n;
/** Four ULONGs of each. */
const ROW_BYTES = 16;

interface FlinksModel {
  readonly entries: readonly Address[];
  readonly end: 'count' | 'loop' | 'null' | 'unreadable';
  readonly pointerSize: 4 | 8;
}

async function walk(call: Call, backward: boolean): Promise<FlinksModel> {
  const { session, pace } = call;
  const { pointerSize } = session.machine;
  const { memory } = session.target;
  const { address, numbers } = addressAndNumbers(call, 2);
  const [count = DEFAULT_COUNT, bias = 0n] = numbers;
  const entries: Address[] = [];
  const seen = new Set<Address>();
  for (let at = address; ;) {
    if (BigInt(entries.length) >= (count < MAX_COUNT ? count : MAX_COUNT))
      return { entries, end: 'count', pointerSize };
    seen.add(at);
    entries.push(at);
    const from = at + BigInt(backward ? pointerSize : 0);
    const link = tryRead(() => readPointer(memory, from, pointerSize));
    if (link === undefined) return { entries, end: 'unreadable', pointerSize };
    at = link & ~bias;
    if (at === 0n) return { entries, end: 'null', pointerSize };
    if (seen.has(at)) return { entries, end: 'loop', pointerSize };
    if (pace.due()) await pace.rest({ done: entries.length, what: 'entries' });
  }
}

function linksCommand(name: '!dflink' | '!dblink'): Command {
  const forward = name === '!dflink';
  return command<FlinksModel>({
    name,
    tier: 'C',
    syntax: [`${name} Address [Count] [Bias]`],
    summary: `Shows the entries of a doubly linked list along ${forward ? 'Flink' : 'Blink'}, four words of each; dl does more.`,
    run: (call) => walk(call, !forward),
    print({ entries, end, pointerSize }, out, { session }) {
      for (const address of entries) {
        const block = readBlock(session.target.memory, address, ROW_BYTES);
        printNumberRow({ format: NUMBER_FORMATS.d, columns: 4, pointerSize }, block, 0, ROW_BYTES, out);
      }
      if (end === 'unreadable') out.line(span('The rest of the list is not in the dump', 'missing'));
    },
    data: ({ entries, end }) => ({ entries: entries.map(hexAddress), end }),
  });
}

/** !dflink and !dblink. */
export const flinks: readonly Command[] = [linksCommand('!dflink'), linksCommand('!dblink')];

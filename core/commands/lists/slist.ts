import { hexAddress } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import { formatAddress, span } from '../../output/index.ts';
import { type Address, readPointer, readU16, readU64, tryRead } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import { NUMBER_FORMATS, printNumberRow, readBlock } from '../memory/index.ts';
import type { Session } from '../session.ts';

/** Depth is 16 bits wide on all machines: a list that is longer is damaged. */
const MAX_ENTRIES = 0x10000;
const ROW_BYTES = 16;

interface Header {
  readonly alignment: bigint;
  readonly depth: number;
  readonly sequence: bigint;
  readonly next: Address;
}

interface SlistModel {
  readonly header: Header;
  readonly entries: readonly Address[];
  readonly end: 'null' | 'loop' | 'unreadable' | 'limit';
  readonly type?: string;
  readonly offset: bigint;
  readonly pointerSize: 4 | 8;
}

export const slist = command<SlistModel>({
  name: '!slist',
  tier: 'B',
  syntax: ['!slist Address [Symbol [Offset]]'],
  summary:
    'Shows a singly linked list of Windows (SLIST_HEADER) and its entries, by a type where one is given.',
  run: (call) => read(call),
  async print({ header, entries, end, type, offset, pointerSize }, out, { session, execute, pace }) {
    const wide = pointerSize === 8;
    out.line('SLIST HEADER:');
    out.line(`   +0x000 Alignment          : ${header.alignment.toString(16)}`);
    out.line(
      `   +0x00${wide ? 8 : 0} ${wide ? 'NextEntry' : 'Next     '}          : ${header.next.toString(16)}`,
    );
    out.line(`   +0x00${wide ? 0 : 4} Depth              : ${header.depth.toString(16)}`);
    out.line(`   +0x00${wide ? 2 : 6} Sequence           : ${header.sequence.toString(16)}`);
    out.line('');
    out.line('SLIST CONTENTS:');
    for (const address of entries) {
      const shown = formatAddress(address, pointerSize);
      if (type === undefined) {
        const block = readBlock(session.target.memory, address, ROW_BYTES);
        printNumberRow({ format: NUMBER_FORMATS.d, columns: 4, pointerSize }, block, 0, ROW_BYTES, out);
      } else {
        out.line(span(shown, 'address'));
        await execute(`dt ${type} 0x${(address - offset).toString(16)}`, out);
      }
      pace.throwIfCancelled();
    }
    if (end !== 'null') out.line(span(ENDS[end], 'warning'));
    else if (entries.length !== header.depth)
      out.line(
        span(`The header's Depth is ${header.depth}, the list has ${entries.length} entries`, 'warning'),
      );
  },
  data: ({ header, entries, end }) => ({
    depth: header.depth,
    sequence: Number(header.sequence),
    next: hexAddress(header.next),
    entries: entries.map(hexAddress),
    end,
  }),
});

const ENDS = {
  loop: 'The list runs into itself',
  unreadable: 'The rest of the list is not in the dump',
  limit: `A list has at most ${MAX_ENTRIES} entries`,
} as const;

async function read({ session, args, pace }: Call): Promise<SlistModel> {
  const [, address = '', type, offset] = /^(\S+)(?:\s+(\S+))?(?:\s+(.+))?$/.exec(args) ?? [];
  if (address === '') throw new UsageError('!slist wants the address of an SLIST_HEADER');
  const { pointerSize } = session.machine;
  const { memory } = session.target;
  const header = readHeader(session, session.evaluator.address(address));
  const entries: Address[] = [];
  const seen = new Set<Address>();
  let end: SlistModel['end'] = 'null';
  for (let at = header.next; at !== 0n;) {
    if (seen.has(at)) end = 'loop';
    else if (entries.length >= MAX_ENTRIES) end = 'limit';
    if (end !== 'null') break;
    seen.add(at);
    entries.push(at);
    const from = at;
    const next = tryRead(() => readPointer(memory, from, pointerSize));
    if (next === undefined) {
      end = 'unreadable';
      break;
    }
    at = next;
    if (pace.due()) await pace.rest({ done: entries.length, what: 'entries' });
  }
  return {
    header,
    entries,
    end,
    type,
    offset: offset === undefined ? 0n : session.evaluator.evaluate(offset),
    pointerSize,
  };
}

/**
 * SLIST_HEADER (winnt.h): in 32 bits Next, Depth and Sequence; in 64 bits HeaderX64 (HeaderArm64 is laid out alike):
 * Depth:16 and Sequence:48, then four bits and NextEntry:60. That is the form of Windows 8 and later, and of Windows 7
 * on processors with CMPXCHG16B; its bit 0 of Region, HeaderType, is not set in the older 8-byte form.
 */
function readHeader(session: Session, address: Address): Header {
  const { memory } = session.target;
  const alignment = readU64(memory, address);
  if (session.machine.pointerSize === 4) {
    return {
      alignment,
      next: alignment & 0xffffffffn,
      depth: readU16(memory, address + 4n),
      sequence: BigInt(readU16(memory, address + 6n)),
    };
  }
  const region = readU64(memory, address + 8n);
  return { alignment, next: region & ~0xfn, depth: Number(alignment & 0xffffn), sequence: alignment >> 16n };
}

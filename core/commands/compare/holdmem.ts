import { hexAddress } from '../../bytes/index.ts';
import { MemoryUnreadable, UsageError } from '../../errors/index.ts';
import { formatAddress, type Output } from '../../output/index.ts';
import type { Address, AddressRange } from '../../target/index.ts';
import { command, type Call } from '../command.ts';
import type { Session } from '../session.ts';

/** Bytes where an address has no length. */
const DEFAULT_BYTES = 128;
/** Bytes that all saved ranges may have together: they are kept until the session ends. */
const MAX_SAVED = 256 * 1024 * 1024;
/** Differences that are printed of one range; how many there are is always said. */
const MAX_SHOWN = 256;

interface Saved extends AddressRange {
  readonly bytes: Uint8Array;
}

interface Compared {
  readonly saved: Saved;
  readonly differences: readonly { readonly offset: number; readonly held: number; readonly now: number }[];
  readonly count: number;
  /** bytes of the longer range that the shorter one has no counterpart for */
  readonly uncompared: number;
}

type Model =
  | { readonly kind: 'ranges'; readonly ranges: readonly Saved[]; readonly listed: boolean }
  | { readonly kind: 'compared'; readonly start: Address; readonly results: readonly Compared[] };

/** by session's aliases, which all dumps that are open share: what one dump holds is compared with another's */
const held = new WeakMap<Session['aliases'], readonly Saved[]>();

export const holdmem = command<Model>({
  name: '.holdmem',
  tier: 'C',
  syntax: [
    '.holdmem -a Range',
    '.holdmem -d {Range | Address}',
    '.holdmem -D',
    '.holdmem -o',
    '.holdmem -c Range',
  ],
  summary: 'Saves ranges of memory, and compares another range with them byte by byte.',
  options: [
    { flag: '-a Range', meaning: 'saves a range' },
    { flag: '-c Range', meaning: 'compares a range with all that are saved' },
    { flag: '-d Range', meaning: 'forgets the saved ranges that overlap it' },
    { flag: '-D', meaning: 'forgets all' },
    { flag: '-o', meaning: 'lists them' },
  ],
  run,
  print(model, out, { session }) {
    const { pointerSize } = session.machine;
    if (model.kind === 'compared') {
      if (model.results.length === 0) out.line('No memory ranges are saved');
      for (const result of model.results) printCompared(model.start, result, pointerSize, out);
    } else if (model.listed) {
      if (model.ranges.length === 0) out.line('No memory ranges are saved');
      for (const { start, end, bytes } of model.ranges)
        out.line(`${rangeText({ start, end }, pointerSize)}  ${bytes.length.toString(16)} bytes`);
    }
  },
  data: (model) =>
    model.kind === 'ranges'
      ? { ranges: model.ranges.map(({ start, end }) => ({ start: hexAddress(start), end: hexAddress(end) })) }
      : {
          compared: model.results.map(({ saved, count, uncompared, differences }) => ({
            start: hexAddress(saved.start),
            end: hexAddress(saved.end),
            differingBytes: count,
            uncomparedBytes: uncompared,
            differences: differences.map((d) => ({ ...d })),
          })),
        },
});

function run(call: Call): Model {
  const { session, args } = call;
  const [, flag, text = ''] = /^-([adDoc])\s*(.*)$/s.exec(args) ?? [];
  const ranges = held.get(session.aliases) ?? [];
  switch (flag) {
    case 'a': {
      const saved = contentOf(session, text);
      const total = ranges.reduce((sum, { bytes }) => sum + bytes.length, saved.bytes.length);
      if (total > MAX_SAVED) throw new UsageError(`.holdmem keeps ${MAX_SAVED} bytes at most`);
      return keep(session, [...ranges, saved]);
    }
    case 'd': {
      const { start, end } = rangeOf(session, text, 1);
      return keep(
        session,
        ranges.filter((r) => r.end <= start || r.start >= end),
      );
    }
    case 'D':
      return keep(session, []);
    case 'o':
      return { kind: 'ranges', ranges, listed: true };
    case 'c': {
      const now = contentOf(session, text);
      return { kind: 'compared', start: now.start, results: ranges.map((saved) => compared(saved, now)) };
    }
    default:
      throw new UsageError('.holdmem takes -a Range, -d Range, -D, -o or -c Range');
  }
}

function keep(session: Session, ranges: readonly Saved[]): Model {
  held.set(session.aliases, ranges);
  return { kind: 'ranges', ranges, listed: false };
}

function rangeOf({ evaluator }: Session, text: string, defaultCount: number): AddressRange {
  if (text === '') throw new UsageError('.holdmem needs a range');
  const { start, end, rest } = evaluator.range(text, 1, defaultCount);
  if (rest !== '') throw new UsageError(`Extra character error in '${rest}'`, 'syntax');
  return { start, end };
}

/** "If any of the specified memory locations do not exist, the command returns an error." */
function contentOf(session: Session, text: string): Saved {
  const range = rangeOf(session, text, DEFAULT_BYTES);
  const length = range.end - range.start;
  if (length > BigInt(MAX_SAVED)) throw new UsageError(`.holdmem keeps ${MAX_SAVED} bytes at most`);
  const { memory } = session.target;
  const there = memory.available(range.start, Number(length));
  if (there < Number(length)) throw new MemoryUnreadable(range.start + BigInt(there));
  return { ...range, bytes: memory.read(range.start, Number(length)).slice() };
}

function compared(saved: Saved, now: Saved): Compared {
  const length = Math.min(saved.bytes.length, now.bytes.length);
  const differences: { offset: number; held: number; now: number }[] = [];
  let count = 0;
  for (let offset = 0; offset < length; offset++) {
    const [a = 0, b = 0] = [saved.bytes[offset], now.bytes[offset]];
    if (a === b) continue;
    count++;
    if (differences.length < MAX_SHOWN) differences.push({ offset, held: a, now: b });
  }
  return { saved, differences, count, uncompared: Math.abs(saved.bytes.length - now.bytes.length) };
}

function printCompared(
  start: Address,
  { saved, differences, count, uncompared }: Compared,
  pointerSize: 4 | 8,
  out: Output,
): void {
  const more = uncompared === 0 ? '' : `, lengths differ by ${uncompared.toString(16)} bytes`;
  const verdict = count === 0 ? 'no differences' : `${count.toString(16)} bytes differ`;
  out.line(`Saved ${rangeText(saved, pointerSize)}: ${verdict}${more}`);
  for (const { offset, held: before, now } of differences) {
    const at = (base: Address, byte: number): string =>
      `${formatAddress(base + BigInt(offset), pointerSize)}  ${byte.toString(16).padStart(2, '0')}`;
    out.line(`${at(saved.start, before)} - ${at(start, now)}`);
  }
  if (count > differences.length) out.line(`… ${count - differences.length} more`);
}

function rangeText({ start, end }: AddressRange, pointerSize: 4 | 8): string {
  return `${formatAddress(start, pointerSize)}-${formatAddress(end - 1n, pointerSize)}`;
}

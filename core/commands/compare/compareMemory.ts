import { hexAddress } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import { formatAddress, span } from '../../output/index.ts';
import type { Address, AddressRange, Memory } from '../../target/index.ts';
import { command, type Call } from '../command.ts';

const DEFAULT_BYTES = 128;
const PIECE = 0x10000;
/** Differences that JSON gives; `count` says how many there are. */
const MAX_JSON = 0x10000;

interface Compared {
  readonly range: AddressRange;
  readonly other: Address;
  readonly differences: { address: Address; other: Address; left: number | null; right: number | null }[];
  count: number;
}

/** c: prints both addresses and bytes wherever two ranges differ; what is not in the dump is `??`. */
export const compareMemory = command<Compared>({
  name: 'c',
  tier: 'C',
  syntax: ['c Range Address'],
  summary: 'Compares two ranges of memory byte by byte, and shows where they differ.',
  run({ session, args }) {
    const { rest, start, end } = session.evaluator.range(args, 1, DEFAULT_BYTES);
    if (rest === '') throw new UsageError('c wants a range and an address');
    return { range: { start, end }, other: session.evaluator.address(rest), differences: [], count: 0 };
  },
  async print(model, out, call) {
    const { pointerSize } = call.session.machine;
    for await (const difference of differences(model, call)) {
      model.count++;
      if (model.differences.length < MAX_JSON) model.differences.push(difference);
      const { address, other, left, right } = difference;
      out.line(
        span(formatAddress(address, pointerSize), 'address'),
        `  ${byteText(left)} - `,
        span(formatAddress(other, pointerSize), 'address'),
        `  ${byteText(right)}`,
      );
    }
  },
  dataAfterPrint: true,
  data: ({ range, other, differences: all, count }) => ({
    start: hexAddress(range.start),
    end: hexAddress(range.end),
    other: hexAddress(other),
    count,
    differences: all.map((d) => ({ ...d, address: hexAddress(d.address), other: hexAddress(d.other) })),
    truncated: count > all.length,
  }),
});

function byteText(byte: number | null): string {
  return byte === null ? '??' : byte.toString(16).padStart(2, '0');
}

async function* differences({ range, other }: Compared, { session, pace }: Call) {
  const { memory } = session.target;
  const total = range.end - range.start;
  for (let done = 0n; done < total; done += BigInt(PIECE)) {
    const length = Number(total - done < BigInt(PIECE) ? total - done : BigInt(PIECE));
    const left = bytesOf(memory, range.start + done, length);
    const right = bytesOf(memory, other + done, length);
    for (let i = 0; i < length; i++) {
      const [a = null, b = null] = [left[i], right[i]];
      if (a === b) continue;
      yield { address: range.start + done + BigInt(i), other: other + done + BigInt(i), left: a, right: b };
    }
    if (pace.due()) await pace.rest({ done: Number(done), total: Number(total), what: 'bytes' });
  }
}

/** null for what the dump does not hold */
function bytesOf(memory: Memory, start: Address, length: number): (number | null)[] {
  const bytes = new Array<number | null>(length).fill(null);
  for (const window of memory.windows({ start, end: start + BigInt(length) })) {
    const from = Number(window.base - start);
    window.bytes.forEach((byte, i) => (bytes[from + i] = byte));
  }
  return bytes;
}

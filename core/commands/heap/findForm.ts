import { hexAddress } from '../../bytes/index.ts';
import { UsageError } from '../../errors/index.ts';
import { formatFlat, type Output, span, parts, flatPointer } from '../../output/index.ts';
import type { Address } from '../../target/index.ts';
import { addressOf } from '../process/index.ts';
import type { HeapAnswer, HeapRequest } from './answer.ts';
import { tableHeading, tableRow, heapPart } from './blockText.ts';
import { blockData } from './heapData.ts';
import { findReferrers, MAX_REFERRERS, placeText, type Referrer, referrerData } from './referrers.ts';
import { whyNotFound } from './selectHeaps.ts';

/** `!heap -x ADDRESS`: the block that holds an address; with -v who points to it. */
export async function findBlock(request: HeapRequest, text: string | undefined, verbose: boolean) {
  const { session, pace } = request.call;
  if (text === undefined) throw new UsageError('!heap -x needs an address');
  const address = addressOf(session, text);
  const found = await request.heaps.find(address, pace);
  const snapshot = found?.snapshot;
  const block = found && snapshot?.blocks.at(found.index);
  // memory that is not committed is no block: what looks like a pointer into it is chance
  const isBlock = block !== undefined && block.state !== 'uncommitted';
  const referrers =
    verbose && snapshot && isBlock ? await findReferrers(request, snapshot, block) : undefined;
  const width = session.machine.pointerSize;
  const why = snapshot ? undefined : whyNotFound(request);
  return {
    print(out) {
      const at = flatPointer(address, width);
      if (!snapshot) {
        out.line(at, ' lies in no heap');
        if (why !== undefined) out.line(why);
        return;
      }
      const { reference } = snapshot;
      if (!block) {
        out.line(...parts`${at} lies in the heap ${heapPart(reference)} and in no block of it`);
        return;
      }
      for (const line of tableHeading(reference.machine.pointerSize)) out.line(line);
      out.line(...tableRow(snapshot, block));
      if (referrers) printReferrers(referrers, block.entry, block.size, reference.machine.pointerSize, out);
    },
    data: () => ({
      address: hexAddress(address),
      heap: snapshot ? hexAddress(snapshot.reference.address) : null,
      segment: block && hexAddress(snapshot?.owners[block.owner]?.address ?? 0n),
      block: blockData(block),
      referrers: referrers?.map(referrerData),
      note: why,
    }),
  } satisfies HeapAnswer;
}

function printReferrers(
  referrers: readonly Referrer[],
  entry: Address,
  size: number,
  width: 4 | 8,
  out: Output,
): void {
  const at = (address: Address): string => formatFlat(address, width);
  const list = referrers.flatMap(
    ({ address, value }, i) =>
      parts`${i === 0 ? '' : ' '}${flatPointer(address, width)} (${flatPointer(value, width)}),`,
  );
  out.line('');
  out.line(
    ...parts`Search VM for address range ${flatPointer(entry, width)} - ${at(entry + BigInt(size) - 1n)} : `,
    ...list,
  );
  if (referrers.length === 0) return;
  if (referrers.length === MAX_REFERRERS) out.line(`The first ${MAX_REFERRERS} pointers: there may be more`);
  out.line('');
  for (const { address, value, place } of referrers) {
    const text = at(address);
    out.line(
      '    ',
      span(text, 'address', `!heap -x ${text}`),
      ...parts` -> ${flatPointer(value, width)}  ${placeText(place)}`,
    );
  }
}

import { hex, hexAddress } from '../../bytes/index.ts';
import { NotAvailable, UsageError } from '../../errors/index.ts';
import type { BlockOwner, HeapBlock, HeapReference, HeapSnapshot } from '../../heap/index.ts';
import { formatFlat, type Output, span, parts, flatPointer, type Part } from '../../output/index.ts';
import { type Address, readU32, tryRead } from '../../target/index.ts';
import { addressOf, viewOf } from '../process/index.ts';
import type { Session } from '../session.ts';
import type { HeapAnswer, HeapRequest } from './answer.ts';
import { flagWords, heapPart } from './blockText.ts';
import { blockData } from './heapData.ts';
import { positionOf } from './selectHeaps.ts';

/** Where the session remembers the heap that `!heap -i` assumes. */
const CONTEXT = 'heap -i';
/** EncodeFlagMask of a heap whose headers are coded */
const CODED = 0x10_0000;

/** The 8 bytes of a HEAP_ENTRY, as they stand and decoded. */
interface Header {
  readonly raw: readonly [number, number];
  /** absent for LFH blocks and heaps that do not code headers */
  readonly decoded?: readonly [number, number];
}

/** `!heap -i HEAP` chooses a heap; `!heap -i ENTRY` decodes a block's header. */
export async function decodeHeader(request: HeapRequest, text: string | undefined) {
  const { session, pace } = request.call;
  if (text === undefined) throw new UsageError('!heap -i needs the address of a heap or of a block');
  const address = addressOf(session, text);
  const position = positionOf(request, address);
  const reference = position === undefined ? undefined : request.heaps.heaps[position];
  if (reference) {
    session.cursors.set(CONTEXT, reference.address);
    const handle = formatFlat(reference.address, reference.machine.pointerSize);
    return {
      print: (out) => out.line(`Heap context set to the heap 0x${handle}`),
      data: () => ({ heap: hexAddress(reference.address), block: undefined }),
    } satisfies HeapAnswer;
  }
  const found = await request.heaps.find(address, pace);
  const block = found?.snapshot.blocks.at(found.index);
  if (!found || !block) throw new NotAvailable(`${hexAddress(address)} lies in no block of a heap`);
  const { snapshot } = found;
  const assumed = session.cursors.get(CONTEXT);
  const other = assumed !== undefined && assumed !== snapshot.reference.address ? assumed : undefined;
  const header = snapshot.reference.kind === 'nt' ? readHeader(session, snapshot, block) : undefined;
  return {
    print(out) {
      printBlock(snapshot, block, header, out);
      if (other !== undefined) {
        out.line(span(`The heap that was chosen, ${hexAddress(other)}, does not hold this block`, 'warning'));
      }
    },
    data: () => ({
      heap: hexAddress(snapshot.reference.address),
      block: blockData(block),
      header: header?.raw.map(hexAddress),
      decoded: header?.decoded?.map(hexAddress),
      checksum: header?.decoded && checksum(header.decoded[0]).text,
      segment: hexAddress(snapshot.owners[block.owner]?.address ?? 0n),
    }),
  } satisfies HeapAnswer;
}

function readHeader(
  session: Session,
  { reference, granularity }: HeapSnapshot,
  block: HeapBlock,
): Header | undefined {
  const { layouts, target } = viewOf(session, reference.machine);
  const at = block.entry + BigInt(granularity - 8);
  return tryRead(() => {
    const raw = [readU32(target.memory, at), readU32(target.memory, at + 4n)] as const;
    if (block.part === 'lfh' || !layouts.has('_HEAP', 'EncodeFlagMask')) return { raw };
    const heap = layouts.at('_HEAP', target.memory, reference.address);
    const mask = heap.number('EncodeFlagMask');
    if ((mask & CODED) === 0 || (raw[0] & mask) === 0) return { raw, decoded: raw };
    const encoding = heap.addressOf('Encoding') + BigInt(granularity - 8);
    const low = (raw[0] ^ readU32(target.memory, encoding)) >>> 0;
    const high = (raw[1] ^ readU32(target.memory, encoding + 4n)) >>> 0;
    return { raw, decoded: [low, high] };
  });
}

/** The fourth byte is the exclusive or of the three before it. */
function checksum(decoded: number): { readonly text: string; readonly fits: boolean } {
  const expected = (decoded ^ (decoded >>> 8) ^ (decoded >>> 16)) & 0xff;
  const found = decoded >>> 24;
  return found === expected
    ? { text: `OK - 0x${hex(found)}`, fits: true }
    : { text: `ERROR - 0x${hex(found)}, should be 0x${hex(expected)}`, fits: false };
}

/** What describes a block that is no part of a segment's chain. */
function ownerTitle({ kind }: BlockOwner, reference: HeapReference): string {
  if (kind === 'subsegment') return 'Subsegment';
  if (reference.kind === 'page') return 'DPH_HEAP_BLOCK';
  return reference.kind === 'segment' ? 'Large block node' : 'Virtual block';
}

function printBlock(snapshot: HeapSnapshot, block: HeapBlock, header: Header | undefined, out: Output): void {
  const { reference, granularity } = snapshot;
  const at = (address: Address): Part => flatPointer(address, reference.machine.pointerSize);
  const row = (title: string, ...value: Parameters<Output['line']>): void => {
    out.line(`${title.padEnd(19)}: `, ...value);
  };
  const words = (pair: readonly [number, number]): string =>
    pair.map((word) => `0x${hex(word, 8).toUpperCase()}`).join(' ');
  const units = (bytes: number): string => `0x${hex(bytes / granularity)} units (0x${hex(bytes)} bytes)`;
  const owner = snapshot.owners[block.owner];
  const isLfh = block.part === 'lfh';
  out.line('Detailed information for block entry ', at(block.entry));
  row('Assumed heap', '0x', heapPart(reference), ' (Use !heap -i NewHeapHandle to change)');
  if (header) {
    row('Header content', words(header.raw), header.decoded ? ` (decoded : ${words(header.decoded)})` : '');
  }
  if (!isLfh && owner) {
    const offset = header?.decoded ? (header.decoded[1] >>> 16) & 0xff : 0;
    if (owner.kind === 'segment')
      row('Owning segment', ...parts`0x${at(owner.address)} (offset ${hex(offset)})`);
    else row(ownerTitle(owner, reference), '0x', at(owner.address));
  }
  const flags = isLfh && block.state === 'busy' ? 1 : block.flags;
  row(
    'Block flags',
    `0x${hex(flags)} ${isLfh ? 'LFH ' : ''}(${flagWords({ ...block, part: 'segment' }, reference)})`,
  );
  row('Total block size', units(block.size));
  if (block.userSize !== undefined) {
    const unused = Math.max(0, block.size - block.userSize);
    row('Requested size', `0x${hex(block.userSize)} bytes (unused 0x${hex(unused)} bytes)`);
  }
  if (isLfh) {
    if (owner) row('Subsegment', '0x', at(owner.address));
    return;
  }
  if (header) row('Previous block size', units(block.previousUnits * granularity));
  if (header?.decoded) {
    const sum = checksum(header.decoded[0]);
    row('Block CRC', span(`${sum.text}  `, sum.fits ? undefined : 'error'));
  }
  if (!header || !owner) return;
  if (block.previousUnits > 0) {
    row('Previous block', `0x${at(block.entry - BigInt(block.previousUnits * granularity))}`);
  }
  const next = block.entry + BigInt(block.size);
  if (next < owner.end) row('Next block', `0x${at(next)}`);
}

import type { AddressReader } from '../../heap/index.ts';
import { Damage } from './debugBlocks.ts';
import { blockType, DEAD_FILL, GAP_BYTES, GAP_FILL, type HeaderLayout, LAYOUTS } from './headerLayout.ts';

/** How much of a freed block is compared with its fill. */
const DEAD_BYTES = 0x1000;

/** The fields of one header, before anything is made of them. Addresses as numbers. */
export interface RawHeader {
  readonly layout: number;
  readonly at: number;
  readonly next: number;
  readonly prev: number;
  readonly file: number;
  readonly line: number;
  readonly size: number;
  readonly use: number;
  readonly request: number;
}

/** The fields at an address; undefined where the dump does not hold all of the header. */
export function readHeader(reader: AddressReader, at: number, layoutIndex: number): RawHeader | undefined {
  const layout = LAYOUTS[layoutIndex];
  if (!layout || !reader.has(at, layout.size)) return undefined;
  const { pointerSize } = layout;
  return {
    layout: layoutIndex,
    at,
    next: reader.pointer(at + layout.next, pointerSize),
    prev: reader.pointer(at + layout.prev, pointerSize),
    file: reader.pointer(at + layout.file, pointerSize),
    line: reader.u32(at + layout.line) | 0,
    size: pointerSize === 8 ? reader.u64(at + layout.dataSize) : reader.u32(at + layout.dataSize),
    use: reader.u32(at + layout.use),
    request: reader.u32(at + layout.request) | 0,
  };
}

/** How the bytes around the data look: `undefined` where the dump does not hold them. */
export interface Gaps {
  readonly before: boolean | undefined;
  readonly after: boolean | undefined;
}

function readGaps(reader: AddressReader, { at, layout: index, size }: RawHeader): Gaps {
  const layout = LAYOUTS[index];
  if (!layout) return { before: undefined, after: undefined };
  return {
    before: isFilled(reader, at + layout.gap),
    after: isFilled(reader, at + layout.size + size),
  };
}

function isFilled(reader: AddressReader, at: number): boolean | undefined {
  if (!reader.has(at, GAP_BYTES)) return undefined;
  for (let i = 0; i < GAP_BYTES; i++) if (reader.u8(at + i) !== GAP_FILL) return false;
  return true;
}

/** The index of the layout, and the header, if a busy heap block of `userSize` bytes begins with one. */
export function recognise(
  reader: AddressReader,
  user: number,
  userSize: number,
  pointerSize: 4 | 8,
): RawHeader | undefined {
  for (let i = 0; i < LAYOUTS.length; i++) {
    const layout = LAYOUTS[i];
    if (layout?.pointerSize !== pointerSize) continue;
    if (userSize >= 0 && !fits(reader, user, userSize, layout)) continue;
    const header = readHeader(reader, user, i);
    if (header && isDebugBlock(reader, header, userSize)) return header;
  }
  return undefined;
}

/** The one comparison that most blocks without a header fail (CRT.md, 5.2): made before anything else is read. */
function fits(reader: AddressReader, user: number, userSize: number, layout: HeaderLayout): boolean {
  if (userSize < layout.size + GAP_BYTES || !reader.has(user, layout.size)) return false;
  return reader.u32(user + layout.dataSize) === (userSize - layout.size - GAP_BYTES) >>> 0;
}

/**
 * A header is one when its size is that of the heap block, its type is one of five, and two of four signs hold: no-man's
 * land in front and behind, neighbours on the list that point back. So damage to the land on both sides hides no block.
 */
function isDebugBlock(reader: AddressReader, header: RawHeader, userSize: number): boolean {
  if (blockType(header.use) === undefined || header.size < 0) return false;
  const layout = LAYOUTS[header.layout];
  if (!layout) return false;
  const { before, after } = readGaps(reader, header);
  if (userSize < 0) return before === true && after === true;
  if (header.size !== userSize - layout.size - GAP_BYTES) return false;
  const signs = Number(before === true) + Number(after === true);
  if (signs === 2) return true;
  const { next, prev } = linksHold(reader, header, layout);
  return signs + Number(next === true) + Number(prev === true) >= 2;
}

/** Whether the neighbours of a block point back to it; undefined where there is none or the dump does not hold it. */
export function linksHold(
  reader: AddressReader,
  { at, next, prev }: RawHeader,
  { pointerSize, next: nextAt, prev: prevAt }: HeaderLayout,
): { readonly next: boolean | undefined; readonly prev: boolean | undefined } {
  const leadsBack = (neighbour: number, field: number): boolean | undefined => {
    if (neighbour === 0) return undefined;
    const back = reader.tryPointer(neighbour + field, pointerSize);
    return back === undefined ? undefined : back === at;
  };
  return { next: leadsBack(next, prevAt), prev: leadsBack(prev, nextAt) };
}

/** `Damage` bits of a block by its gaps and its fields; links are judged when all blocks are known. */
export function damageOf(reader: AddressReader, header: RawHeader, isSizeKnown: boolean): number {
  let damage = 0;
  const { before, after } = readGaps(reader, header);
  if (before === false) damage |= Damage.before;
  if (after === false && isSizeKnown) damage |= Damage.after;
  if (blockType(header.use) === undefined || !isSizeKnown) damage |= Damage.header;
  if (header.use === 0 && isSizeKnown && !isDead(reader, header)) damage |= Damage.freed;
  return damage;
}

/** Whether the data of a freed block is what the runtime filled it with. Only the start of large blocks is looked at. */
function isDead(reader: AddressReader, { at, size, layout: index }: RawHeader): boolean {
  const data = at + (LAYOUTS[index]?.size ?? 0);
  for (let i = 0; i < Math.min(size, DEAD_BYTES); i++) {
    if (!reader.has(data + i, 1)) return true;
    if (reader.u8(data + i) !== DEAD_FILL) return false;
  }
  return true;
}

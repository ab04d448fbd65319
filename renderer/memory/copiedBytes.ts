import type { MemoryPage } from '../../core/protocol/pictures.ts';
import { addressText } from '../picture/addressText.ts';
import type { RowSpace, SpaceRange } from '../picture/rowSpace.ts';
import { bytesText, unitAt } from './byteSelection.ts';
import { gapText } from './gridTexts.ts';
import { character, type MemoryFormat, placeholder } from './memoryFormats.ts';
import { dataWidth, memoryLine } from './memoryLine.ts';
import { RowBytes } from './pageStore.ts';

/** Bytes that are copied at most: as bytes with addresses some 5 MB of text. The engine reads as many at once. */
export const MAX_COPY = 0x10_0000;

/** `shown`: the units alone, in the pane's rows; `text`: characters; `addressed`: the pane's lines. */
export type CopyKind = 'shown' | 'text' | 'addressed';

export interface CopyRequest {
  readonly range: SpaceRange;
  readonly rows: RowSpace;
  readonly format: MemoryFormat;
  readonly bits: 32 | 64;
}

type FetchPage = (start: bigint, length: number) => Promise<MemoryPage>;

/** Bytes of a range that are copied; a hole that is one row has none. */
export function copiedSize({ range, rows, format }: CopyRequest): bigint {
  return bytePieces(range, rows, format).reduce((sum, { start, end }) => sum + end - start, 0n);
}

/** The text of a range, its bytes fetched. An error over `MAX_COPY`, or if they cannot be read. */
export async function copiedText(kind: CopyKind, request: CopyRequest, page: FetchPage): Promise<string> {
  const size = copiedSize(request);
  if (size > MAX_COPY)
    throw new Error(`${bytesText(size)} are selected; not more than ${bytesText(MAX_COPY)} are copied`);
  const { range, rows, format, bits } = request;
  const parts: string[] = [];
  for (const piece of rows.pieces) {
    if (piece.end <= range.start || piece.start >= range.end) continue;
    if (piece.kind === 'gap') {
      parts.push(gapText(piece, bits));
      continue;
    }
    const { start, end } = wholeUnits(clipped(piece, range), rows, format);
    const length = Number(end - start);
    const bytes = new RowBytes(start, length);
    bytes.fill(0, await page(start, length), 0, length);
    if (kind === 'text') parts.push(textOf(bytes, format));
    else
      for (const line of rowParts(bytes, rows))
        parts.push(
          kind === 'shown' ? shownUnits(line, format).join(format.gap === 0 ? '' : ' ') : whole(line),
        );
  }
  return parts.join('\n');

  /** A line as the command prints it: address, units, characters. */
  function whole(bytes: RowBytes): string {
    const line = memoryLine(bytes, format);
    const join = (list: typeof line.data): string => list.map(({ text }) => text).join('');
    const text = join(line.text);
    const data = join(line.data);
    return `${addressText(bytes.start, bits)}  ${text === '' ? data : `${data.padEnd(dataWidth(format))}  ${text}`}`;
  }
}

function bytePieces(range: SpaceRange, rows: RowSpace, format: MemoryFormat): SpaceRange[] {
  return rows.pieces
    .filter(({ kind, start, end }) => kind === 'bytes' && end > range.start && start < range.end)
    .map((piece) => wholeUnits(clipped(piece, range), rows, format));
}

function clipped(a: SpaceRange, b: SpaceRange): SpaceRange {
  return { start: a.start > b.start ? a.start : b.start, end: a.end < b.end ? a.end : b.end };
}

/** A selection that was made of bytes is drawn as the dwords that it touches, and copied so. */
function wholeUnits({ start, end }: SpaceRange, rows: RowSpace, format: MemoryFormat): SpaceRange {
  return { start: unitAt(rows, format, start).start, end: unitAt(rows, format, end - 1n).end };
}

/** Bytes row by row, as the pane has them. */
function rowParts(bytes: RowBytes, rows: RowSpace): RowBytes[] {
  const parts: RowBytes[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const row = rows.at(rows.rowOf(bytes.start + BigInt(offset)));
    const end = row ? Number(row.end - bytes.start) : bytes.length;
    const length = Math.min(end, bytes.length) - offset;
    if (length <= 0) break;
    parts.push(bytes.part(offset, length));
    offset += length;
  }
  return parts;
}

function shownUnits(bytes: RowBytes, format: MemoryFormat): string[] {
  const units: string[] = [];
  for (let offset = 0; offset + format.unit <= bytes.length; offset += format.unit) {
    const state = bytes.stateOf(offset, format.unit);
    // numbers are padded on the screen
    units.push(
      format.gap === 0
        ? unitText(bytes, offset, format)
        : (state === 'there' ? format.write(bytes, offset) : placeholder(format, 'missing')).trim(),
    );
  }
  return units;
}

function unitText(bytes: RowBytes, offset: number, format: MemoryFormat): string {
  return bytes.stateOf(offset, format.unit) === 'there' ? format.write(bytes, offset) : '?';
}

/** The characters in one line: UTF-16 where the pane shows that, else a byte each. */
function textOf(bytes: RowBytes, format: MemoryFormat): string {
  if (format.id === 'unicode') return shownUnits(bytes, format).join('');
  let text = '';
  for (let i = 0; i < bytes.length; i++)
    text += bytes.stateOf(i, 1) === 'there' ? character(bytes.view.getUint8(i)) : '?';
  return text;
}

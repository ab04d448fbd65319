/**
 * Visits many records of a stream in the order of the file, whatever order they are listed in: one large read after the
 * other instead of one small read a record.
 */
import { sortedOrder } from './addressTable.ts';
import type { StreamReader } from './streamReader.ts';

const PIECE = 256 * 1024;
const MIN_RECORD = 4;

/** Where a record is: `at` in the piece, `position` in the list that was asked for. */
export interface PlacedRecord {
  readonly at: number;
  /** bytes of the record, its length field included; whole records only */
  readonly length: number;
  readonly position: number;
}

export interface RecordPiece {
  /** of this piece alone: the next one lies in the same memory */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  records(): Iterable<PlacedRecord>;
}

/** Pieces of `stream` that between them hold the records at `offsets`; a record cut short by the stream is left out. */
export function* recordPieces(stream: StreamReader, offsets: Uint32Array): Generator<RecordPiece> {
  const order = sortedOrder(offsets);
  const scratch = new Uint8Array(Math.min(PIECE, stream.size));
  let next = 0;
  while (next < order.length) {
    const start = offsets[order[next] ?? 0] ?? 0;
    const bytes = stream.read(start, PIECE, scratch);
    if (bytes.length < MIN_RECORD) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const found: PlacedRecord[] = [];
    const first = next;
    for (; next < order.length; next++) {
      const position = order[next] ?? 0;
      const at = (offsets[position] ?? 0) - start;
      if (at + MIN_RECORD > bytes.length) break;
      const length = view.getUint16(at, true) + 2;
      if (at + length > bytes.length) break;
      if (length >= MIN_RECORD) found.push({ at, length, position });
    }
    // a record that does not fit into a piece of its own is cut short by the stream
    if (next === first) next++;
    yield { bytes, view, records: () => found };
  }
}

import { S, hasCountedName } from './symbolKind.ts';
import { decodeSymbol, type PdbSymbol } from './symbolRecord.ts';
import { countedTextAt } from './recordText.ts';
import type { StreamReader } from './streamReader.ts';

/** The shortest record: a length of 2 and a kind. */
const MIN_RECORD = 4;
/** A name is at most this long where it lies hidden behind its record: a length byte and 255 characters. */
const MAX_COUNTED = 256;

/** The stream that holds the records of globals and publics, which their hash tables point into. */
export class SymbolRecords {
  constructor(readonly stream: StreamReader) {}

  /** The record at an offset; undefined where there is none. */
  at(offset: number): PdbSymbol | undefined {
    const bytes = this.bytes(offset);
    const symbol = bytes && decodeSymbol(bytes);
    if (symbol?.is === 'reference' && symbol.name === '' && bytes) {
      return { ...symbol, name: this.hiddenName(offset + bytes.length) };
    }
    return symbol;
  }

  /** The bytes of the record at an offset, from its length on. Valid until the next read of the stream. */
  bytes(offset: number): Uint8Array | undefined {
    const { stream } = this;
    if (!(offset >= 0) || offset + MIN_RECORD > stream.size) return undefined;
    const length = stream.u16(offset) + 2;
    if (length < MIN_RECORD || offset + length > stream.size) return undefined;
    return stream.peek(offset, length);
  }

  private hiddenName(offset: number): string {
    const bytes = this.stream.read(offset, MAX_COUNTED);
    return countedTextAt(bytes, 0, bytes.length);
  }
}

/** The kind of a record given its bytes. */
export function kindOf(record: Uint8Array): number {
  return (record[2] ?? 0) | ((record[3] ?? 0) << 8);
}

/** Whether a record kind is one of those that refer to a symbol in a module's stream. */
export function isReference(kind: number): boolean {
  return (
    kind === S.PROCREF ||
    kind === S.LPROCREF ||
    kind === S.DATAREF ||
    (hasCountedName(kind) && (kind === S.PROCREF_ST || kind === S.LPROCREF_ST || kind === S.DATAREF_ST))
  );
}

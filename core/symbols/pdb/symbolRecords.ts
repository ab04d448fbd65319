import { decodeSymbol } from './decodeSymbol.ts';
import type { PdbSymbol } from './symbolRecord.ts';
import { countedTextAt } from './recordText.ts';
import type { StreamReader } from './streamReader.ts';

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

  /** The bytes of the record at an offset, from its length on. */
  bytes(offset: number): Uint8Array | undefined {
    return this.stream.record(offset, this.stream.size);
  }

  private hiddenName(offset: number): string {
    const bytes = this.stream.read(offset, MAX_COUNTED);
    return countedTextAt(bytes, 0, bytes.length);
  }
}

import type { ByteSource } from '../../bytes/index.ts';
import { GrowingOffsets, GrowingUint32, NamePool } from './growing.ts';
import { Fields, visitLines } from './lines.ts';
import { RangeTable } from './rangeTable.ts';

/** FUNC or PUBLIC records as columns, in the order of the file. */
export class SymbolColumns {
  readonly rvas = new GrowingUint32();
  /** 0 for PUBLIC, which has none */
  readonly sizes = new GrowingUint32();
  /** bytes of stack parameters */
  readonly parameters = new GrowingUint32();
  /** number in the pool */
  readonly names = new GrowingUint32();
  /** where the record's line ends and its own records begin */
  readonly offsets = new GrowingOffsets();
}

/**
 * What a .sym file has and where (Breakpad's symbol_files.md): one pass over the file, which keeps names and ranges.
 * Line, INLINE and STACK records stay in the file and are read when a function or a frame asks for them.
 */
export class BreakpadIndex {
  readonly pool = new NamePool();
  readonly functions = new SymbolColumns();
  readonly publics = new SymbolColumns();
  /** STACK WIN by type: 4 (frame data), 0 (FPO) and others; values are file offsets */
  readonly stackWin = new Map<number, RangeTable>();
  /** STACK CFI INIT; values are file offsets */
  readonly stackCfi = new RangeTable();
  /** numbers in the pool by the numbers that records use */
  private readonly files = new Map<number, number>();
  private readonly origins = new Map<number, number>();

  constructor(source: ByteSource) {
    const fields = new Fields();
    visitLines(source, 0, (bytes, start, end, offset) => {
      // nearly all lines are line records: they begin with a digit or a small letter
      switch (bytes[start]) {
        case 0x46: // F
          this.fileOrFunction(fields.over(bytes, start, end), bytes, start, end, offset);
          break;
        case 0x49: // I
          this.origin(fields.over(bytes, start, end), bytes, end);
          break;
        case 0x50: // P
          this.public(fields.over(bytes, start, end), bytes, end);
          break;
        case 0x53: // S
          this.stack(fields.over(bytes, start, end), offset);
          break;
        default:
      }
      return true;
    });
  }

  file(number: number): string | undefined {
    const name = this.files.get(number);
    return name === undefined ? undefined : this.pool.get(name);
  }

  /** The name of an inlined function. */
  inlineOrigin(number: number): string | undefined {
    const name = this.origins.get(number);
    return name === undefined ? undefined : this.pool.get(name);
  }

  private fileOrFunction(f: Fields, bytes: Uint8Array, start: number, end: number, offset: number): void {
    if (f.word('FILE')) {
      const number = f.decimal();
      if (!Number.isNaN(number)) this.files.set(number, this.pool.add(bytes, f.restStart, end));
      return;
    }
    if (!f.word('FUNC')) return;
    f.word('m');
    const rva = f.hex();
    const size = f.hex();
    const parameters = f.hex();
    if (Number.isNaN(rva + size + parameters)) return;
    this.functions.rvas.push(rva);
    this.functions.sizes.push(size);
    this.functions.parameters.push(parameters);
    this.functions.names.push(this.pool.add(bytes, f.restStart, end));
    this.functions.offsets.push(offset + (end - start));
  }

  private origin(f: Fields, bytes: Uint8Array, end: number): void {
    if (!f.word('INLINE_ORIGIN')) return;
    const number = f.decimal();
    if (!Number.isNaN(number)) this.origins.set(number, this.pool.add(bytes, f.restStart, end));
  }

  private public(f: Fields, bytes: Uint8Array, end: number): void {
    if (!f.word('PUBLIC')) return;
    f.word('m');
    const rva = f.hex();
    const parameters = f.hex();
    if (Number.isNaN(rva + parameters)) return;
    this.publics.rvas.push(rva);
    this.publics.sizes.push(0);
    this.publics.parameters.push(parameters);
    this.publics.names.push(this.pool.add(bytes, f.restStart, end));
    this.publics.offsets.push(0);
  }

  private stack(f: Fields, offset: number): void {
    if (!f.word('STACK')) return;
    if (f.word('WIN')) {
      const type = f.hex();
      const rva = f.hex();
      const size = f.hex();
      if (Number.isNaN(type + rva + size)) return;
      let table = this.stackWin.get(type);
      if (!table && this.stackWin.size < 16) this.stackWin.set(type, (table = new RangeTable()));
      table?.add(rva, size, offset);
    } else if (f.word('CFI') && f.word('INIT')) {
      const rva = f.hex();
      const size = f.hex();
      if (!Number.isNaN(rva + size)) this.stackCfi.add(rva, size, offset);
    }
  }
}

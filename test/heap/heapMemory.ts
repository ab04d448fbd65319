import { MemoryUnreadable } from '../../core/errors/index.ts';
import type { Address, AddressRange, ByteOrigin, Memory, MemoryWindow } from '../../core/target/index.ts';

/** A piece of memory that a test writes into, with addresses as numbers. */
export class Piece {
  readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(
    readonly start: number,
    length: number,
  ) {
    this.bytes = new Uint8Array(length);
    this.view = new DataView(this.bytes.buffer);
  }

  get end(): number {
    return this.start + this.bytes.length;
  }

  put(address: number, size: 1 | 2 | 4 | 8, value: number): void {
    const at = address - this.start;
    if (size === 1) this.view.setUint8(at, value);
    else if (size === 2) this.view.setUint16(at, value, true);
    else this.view.setUint32(at, value >>> 0, true);
    if (size === 8) this.view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000) >>> 0, true);
  }
}

/** The memory of a made-up process: pieces, sorted, with nothing between. */
export class HeapMemory implements Memory {
  private readonly pieces: Piece[] = [];

  map(start: number, length: number): Piece {
    const piece = new Piece(start, length);
    this.pieces.push(piece);
    this.pieces.sort((a, b) => a.start - b.start);
    return piece;
  }

  /** Takes away what lies from `start` to `end`: pages that the dump does not hold. Both lie in one piece. */
  unmap(start: number, end: number): void {
    const i = this.pieces.findIndex((p) => start >= p.start && end <= p.end);
    const piece = this.pieces[i];
    if (!piece) throw new Error(`nothing is mapped at ${start.toString(16)}`);
    this.pieces.splice(i, 1);
    for (const [from, to] of [
      [piece.start, start],
      [end, piece.end],
    ] as const) {
      if (from < to)
        this.map(from, to - from).bytes.set(piece.bytes.subarray(from - piece.start, to - piece.start));
    }
  }

  put(address: number, size: 1 | 2 | 4 | 8, value: number): void {
    const piece = this.piece(address);
    if (!piece) throw new Error(`nothing is mapped at ${address.toString(16)}`);
    piece.put(address, size, value);
  }

  read(address: Address, length: number): Uint8Array {
    const n = this.available(address, length);
    if (n < length) throw new MemoryUnreadable(address + BigInt(n));
    const at = Number(address);
    const piece = this.piece(at);
    return piece ? piece.bytes.subarray(at - piece.start, at - piece.start + length) : new Uint8Array(0);
  }

  available(address: Address, length: number): number {
    const at = Number(address);
    const piece = this.piece(at);
    return piece ? Math.min(length, piece.end - at) : 0;
  }

  *windows({ start, end }: AddressRange): Iterable<MemoryWindow> {
    for (const piece of this.pieces) {
      const from = Math.max(piece.start, Number(start));
      const to = Math.min(piece.end, Number(end));
      if (from < to)
        yield { base: BigInt(from), bytes: piece.bytes.subarray(from - piece.start, to - piece.start) };
    }
  }

  origin(address: Address): ByteOrigin {
    return this.piece(Number(address)) ? 'dump' : undefined;
  }

  nextReadable(address: Address): Address | undefined {
    const at = Number(address);
    if (this.piece(at)) return address;
    const next = this.pieces.find((p) => p.start > at);
    return next && BigInt(next.start);
  }

  private piece(address: number): Piece | undefined {
    return this.pieces.find((p) => address >= p.start && address < p.end);
  }
}

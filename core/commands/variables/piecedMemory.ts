import { MemoryUnreadable } from '../../errors/index.ts';
import type { Address, Memory } from '../../target/index.ts';

/** A part of a variable that is not in memory, or not beside the rest of it. */
export interface Piece {
  /** offset in the variable */
  readonly part: number;
  readonly bytes: Uint8Array;
}

/** No user-mode process has anything here: what is in no memory is shown as if it lay there. */
export const ELSEWHERE = 0xffff_f000_0000_0000n;
/** A variable that is put together is at most this large. */
const ELSEWHERE_LIMIT = 1n << 20n;

/** Whether an address stands for a variable that is not in memory. */
export function isElsewhere(address: Address): boolean {
  return address >= ELSEWHERE && address < ELSEWHERE + ELSEWHERE_LIMIT;
}

/** The process' memory with a variable laid over it at `ELSEWHERE`: what is in no piece of it is missing. */
export class PiecedMemory implements Memory {
  constructor(
    private readonly memory: Memory,
    private readonly pieces: readonly Piece[],
  ) {}

  read(address: Address, length: number): Uint8Array {
    if (!isElsewhere(address)) return this.memory.read(address, length);
    const start = Number(address - ELSEWHERE);
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) {
      const byte = this.byteAt(start + i);
      if (byte === undefined) throw new MemoryUnreadable(address + BigInt(i));
      bytes[i] = byte;
    }
    return bytes;
  }

  available(address: Address, length: number): number {
    if (!isElsewhere(address)) return this.memory.available(address, length);
    const start = Number(address - ELSEWHERE);
    let there = 0;
    while (there < length && this.byteAt(start + there) !== undefined) there++;
    return there;
  }

  windows: Memory['windows'] = (range) => this.memory.windows(range);
  origin: Memory['origin'] = (address) => this.memory.origin(address);
  nextReadable: Memory['nextReadable'] = (address) => this.memory.nextReadable(address);

  private byteAt(offset: number): number | undefined {
    const piece = this.pieces.find((p) => offset >= p.part && offset < p.part + p.bytes.length);
    return piece?.bytes[offset - piece.part];
  }
}

import { gunzipSync } from 'node:zlib';
import { MemoryUnreadable } from '../../../core/errors/index.ts';
import type { Memory } from '../../../core/target/index.ts';
import { COMPILED } from './compiledImages.ts';

interface Piece {
  readonly base: bigint;
  readonly bytes: Uint8Array;
}

/** Memory made of pieces; what lies between them is not there. */
export class PiecedMemory implements Memory {
  constructor(private readonly pieces: readonly Piece[]) {}

  with(base: bigint, bytes: Uint8Array): PiecedMemory {
    return new PiecedMemory([...this.pieces, { base, bytes }]);
  }

  read(address: bigint, length: number): Uint8Array {
    const piece = this.at(address);
    if (!piece || this.available(address, length) < length) throw new MemoryUnreadable(address);
    const from = Number(address - piece.base);
    return piece.bytes.slice(from, from + length);
  }

  available(address: bigint, length: number): number {
    const piece = this.at(address);
    return piece ? Math.min(length, piece.bytes.length - Number(address - piece.base)) : 0;
  }

  windows(): [] {
    return [];
  }

  origin(): undefined {
    return undefined;
  }

  nextReadable(): undefined {
    return undefined;
  }

  private at(address: bigint): Piece | undefined {
    return this.pieces.find((p) => address >= p.base && address < p.base + BigInt(p.bytes.length));
  }
}

/** A compiled image as the loader maps it: each section at its place. */
export function imageMemory(kind: keyof typeof COMPILED): PiecedMemory {
  const { base, gzip } = COMPILED[kind];
  const file = new Uint8Array(gunzipSync(Buffer.from(gzip, 'base64')));
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const pe = view.getUint32(0x3c, true);
  const sections = pe + 24 + view.getUint16(pe + 20, true);
  const pieces = Array.from({ length: view.getUint16(pe + 6, true) }, (_, k): Piece => {
    const at = sections + k * 40;
    const start = view.getUint32(at + 20, true);
    const bytes = new Uint8Array(view.getUint32(at + 8, true));
    bytes.set(file.subarray(start, start + Math.min(bytes.length, view.getUint32(at + 16, true))));
    return { base: base + BigInt(view.getUint32(at + 12, true)), bytes };
  });
  return new PiecedMemory(pieces);
}

/** Little-endian words of a pointer's size. */
export function words(size: 4 | 8, ...values: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(values.length * size);
  const view = new DataView(bytes.buffer);
  values.forEach((value, k) => {
    if (size === 8) view.setBigUint64(k * 8, BigInt.asUintN(64, value), true);
    else view.setUint32(k * 4, Number(BigInt.asUintN(32, value)), true);
  });
  return bytes;
}

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(`${value}\0`);
}

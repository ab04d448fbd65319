import { MemoryUnreadable } from '../../core/errors/index.ts';
import type {
  Address,
  AddressRange,
  ByteOrigin,
  Memory,
  MemoryWindow,
  Target,
} from '../../core/target/index.ts';

/** A dump's memory with bytes that a test has changed, and ranges that it has added. */
export class PatchedMemory implements Memory {
  private readonly patches = new Map<number, number>();
  private readonly added: { readonly start: number; readonly bytes: Uint8Array }[] = [];

  constructor(private readonly under: Memory) {}

  /** The target with this memory. */
  static of(target: Target): { readonly target: Target; readonly memory: PatchedMemory } {
    const memory = new PatchedMemory(target.memory);
    const patched: Target = {
      name: target.name,
      dump: target.dump,
      system: target.system,
      machines: target.machines,
      memory,
      modules: target.modules,
      unloadedModules: target.unloadedModules,
      threads: target.threads,
      exception: target.exception,
      peb: (machine) => target.peb(machine),
    };
    return { target: patched, memory };
  }

  /** Makes bytes readable where the dump has none. */
  map(start: number, length: number): this {
    this.added.push({ start, bytes: new Uint8Array(length) });
    return this;
  }

  /** A little-endian value of `size` bytes. */
  put(address: bigint | number, size: 1 | 4 | 8, value: bigint | number): this {
    let rest = BigInt.asUintN(size * 8, BigInt(value));
    for (let i = 0; i < size; i++, rest >>= 8n) this.patches.set(Number(address) + i, Number(rest & 0xffn));
    return this;
  }

  fill(address: bigint | number, length: number, value: number): this {
    for (let i = 0; i < length; i++) this.patches.set(Number(address) + i, value);
    return this;
  }

  number(address: bigint | number, size: 4 | 8): number {
    const bytes = this.read(BigInt(address), size);
    return bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  }

  read(address: Address, length: number): Uint8Array {
    const piece = this.pieceAt(Number(address));
    let bytes: Uint8Array;
    if (piece) {
      const at = Number(address) - piece.start;
      if (at + length > piece.bytes.length)
        throw new MemoryUnreadable(BigInt(piece.start + piece.bytes.length));
      bytes = piece.bytes.slice(at, at + length);
    } else bytes = this.under.read(address, length);
    return this.patched(Number(address), bytes);
  }

  available(address: Address, length: number): number {
    const piece = this.pieceAt(Number(address));
    if (!piece) return this.under.available(address, length);
    return Math.min(length, piece.start + piece.bytes.length - Number(address));
  }

  *windows(range: AddressRange): Iterable<MemoryWindow> {
    for (const { base, bytes } of this.under.windows(range))
      yield { base, bytes: this.patched(Number(base), bytes) };
  }

  origin(address: Address): ByteOrigin {
    return this.pieceAt(Number(address)) ? 'dump' : this.under.origin(address);
  }

  nextReadable(address: Address): Address | undefined {
    return this.under.nextReadable(address);
  }

  private pieceAt(address: number): { readonly start: number; readonly bytes: Uint8Array } | undefined {
    return this.added.find((p) => address >= p.start && address < p.start + p.bytes.length);
  }

  private patched(start: number, bytes: Uint8Array): Uint8Array {
    let copy: Uint8Array | undefined;
    if (bytes.length < this.patches.size * 4) {
      for (let i = 0; i < bytes.length; i++) {
        const value = this.patches.get(start + i);
        if (value !== undefined) (copy ??= new Uint8Array(bytes))[i] = value;
      }
    } else {
      for (const [address, value] of this.patches) {
        const i = address - start;
        if (i >= 0 && i < bytes.length) (copy ??= new Uint8Array(bytes))[i] = value;
      }
    }
    return copy ?? bytes;
  }
}

import { ByteReader, decodeLatin1z, decodeUtf16, decodeUtf16z } from '../bytes/index.ts';
import { MemoryUnreadable } from '../errors/index.ts';

/** An address in the process. 32-bit addresses are zero-extended. */
export type Address = bigint;

/** Half open: `start` up to, not including, `end`. */
export interface AddressRange {
  readonly start: Address;
  readonly end: Address;
}

/** A contiguous run of bytes and where it lies: hot loops count in numbers within it. */
export interface MemoryWindow {
  readonly base: Address;
  readonly bytes: Uint8Array;
}

/** Where a byte came from: the dump, an image file that stands in for what the dump left out, or nowhere. */
export type ByteOrigin = 'dump' | 'image' | undefined;

/** Bytes of a window at most: large enough that the loop around it costs nothing, small enough to cancel. */
export const WINDOW_BYTES = 1024 * 1024;

/** The memory of the process as far as it is known. Nobody else invents zeros. */
export interface Memory {
  /**
   * Exactly `length` bytes; throws `MemoryUnreadable` with the first address that is not there. The bytes may be put in
   * `scratch`, where the caller lends one.
   */
  read(address: Address, length: number, scratch?: Uint8Array): Uint8Array;
  /** How many of `length` bytes from `address` can be had in one run. */
  available(address: Address, length: number): number;
  /**
   * What is there within a range, in rising order, in runs of at most WINDOW_BYTES. With a `scratch` of that length each
   * run is good until the next one.
   */
  windows(range: AddressRange, scratch?: Uint8Array): Iterable<MemoryWindow>;
  /** Where the byte at an address comes from. */
  origin(address: Address): ByteOrigin;
  /** The first readable address at or above `address`, if there is one. */
  nextReadable(address: Address): Address | undefined;
}

/** A reader over `length` bytes at `address`; throws `MemoryUnreadable`. */
export function readStruct(memory: Memory, address: Address, length: number): ByteReader {
  return new ByteReader(memory.read(address, length));
}

export function readU8(memory: Memory, address: Address): number {
  return memory.read(address, 1)[0] ?? 0;
}

export function readU16(memory: Memory, address: Address): number {
  return readStruct(memory, address, 2).u16(0);
}

export function readU32(memory: Memory, address: Address): number {
  return readStruct(memory, address, 4).u32(0);
}

export function readU64(memory: Memory, address: Address): bigint {
  return readStruct(memory, address, 8).u64(0);
}

/** A pointer of the given size, zero-extended. */
export function readPointer(memory: Memory, address: Address, pointerSize: 4 | 8): Address {
  return readStruct(memory, address, pointerSize).pointer(0, pointerSize);
}

/** `read`, or undefined where the memory is not there. Other errors pass. */
export function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (e) {
    if (e instanceof MemoryUnreadable) return undefined;
    throw e;
  }
}

/** As many bytes as are there, up to `length`. */
export function readUpTo(memory: Memory, address: Address, length: number): Uint8Array {
  const n = memory.available(address, length);
  return n > 0 ? memory.read(address, n) : new Uint8Array(0);
}

/** NUL-terminated single-byte text, at most `limit` bytes; undefined where its first byte is not there. */
export function readAsciiz(memory: Memory, address: Address, limit = 4096): string | undefined {
  const bytes = readUpTo(memory, address, limit);
  return bytes.length ? decodeLatin1z(bytes) : undefined;
}

/** NUL-terminated UTF-16LE, at most `limit` bytes; undefined where its first unit is not there. */
export function readUtf16z(memory: Memory, address: Address, limit = 65536): string | undefined {
  const bytes = readUpTo(memory, address, limit);
  return bytes.length > 1 ? decodeUtf16z(bytes) : undefined;
}

/** The text of a counted UTF-16LE buffer; throws `MemoryUnreadable`. */
export function readUtf16(memory: Memory, address: Address, byteLength: number): string {
  return byteLength ? decodeUtf16(memory.read(address, byteLength)) : '';
}

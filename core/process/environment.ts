import { decodeUtf16 } from '../bytes/index.ts';
import { type Address, type Memory, readUpTo } from '../target/index.ts';

/** Larger blocks than this are not believed: Windows 11's own limit for one variable is 32767 characters. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Read in pieces, so that a block of a few KiB does not cost megabytes. */
const PIECE = 0x4000;

export interface EnvironmentVariable {
  /** current directories of drives have names such as `=C:` */
  readonly name: string;
  readonly value: string;
}

export interface EnvironmentBlock {
  readonly address: Address;
  /** bytes up to and with the closing NUL, as far as they are there */
  readonly byteLength: number;
  readonly variables: readonly EnvironmentVariable[];
  /** the block ended before its closing NUL: the dump, or `EnvironmentSize`, holds no more of it */
  readonly truncated: boolean;
}

/**
 * The environment block at `address`: UTF-16 strings `NAME=value`, each closed by a NUL, the block by one more.
 * `size` is `EnvironmentSize` of the process parameters in bytes where this Windows has the field (since Vista); it
 * bounds the block, and the closing NUL may come before it: SetEnvironmentVariable shrinks strings in place.
 * Undefined where not even the first character is in the dump.
 */
export function readEnvironment(memory: Memory, address: Address, size = 0n): EnvironmentBlock | undefined {
  const limit = size > 0n && size < BigInt(MAX_BYTES) ? Number(size) : MAX_BYTES;
  const bytes = readBlock(memory, address, limit);
  if (bytes.length < 2) return undefined;
  const variables: EnvironmentVariable[] = [];
  let at = 0;
  for (;;) {
    const end = findNul(bytes, at);
    if (end === at) return { address, byteLength: at + 2, variables, truncated: false };
    if (end < 0) {
      if (at + 1 < bytes.length) variables.push(parseVariable(decodeUtf16(bytes.subarray(at))));
      return { address, byteLength: bytes.length, variables, truncated: true };
    }
    variables.push(parseVariable(decodeUtf16(bytes.subarray(at, end))));
    at = end + 2;
  }
}

/** A variable's value; the name's case does not matter, as in Windows. */
export function environmentVariable(block: EnvironmentBlock, name: string): EnvironmentVariable | undefined {
  const wanted = name.toLowerCase();
  return block.variables.find((v) => v.name.toLowerCase() === wanted);
}

/** The bytes of the block as far as they are there, up to the two NULs that end it. */
function readBlock(memory: Memory, address: Address, limit: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let length = 0;
  let zeros = 0;
  while (length < limit) {
    const wanted = Math.min(PIECE, limit - length);
    const piece = readUpTo(memory, address + BigInt(length), wanted);
    pieces.push(piece);
    length += piece.length;
    for (let i = 0; i + 1 < piece.length; i += 2) {
      zeros = piece[i] === 0 && piece[i + 1] === 0 ? zeros + 1 : 0;
      if (zeros === 2) return join(pieces, length);
    }
    if (piece.length < wanted) break;
  }
  return join(pieces, length);
}

function join(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** Offset of the first UTF-16 NUL at or after `from`, which is even; -1 if there is none. */
function findNul(bytes: Uint8Array, from: number): number {
  for (let i = from; i + 1 < bytes.length; i += 2) {
    if (bytes[i] === 0 && bytes[i + 1] === 0) return i;
  }
  return -1;
}

/** The first `=` that is not the first character parts name and value. */
function parseVariable(text: string): EnvironmentVariable {
  const at = text.indexOf('=', 1);
  return at < 0 ? { name: text, value: '' } : { name: text.slice(0, at), value: text.slice(at + 1) };
}

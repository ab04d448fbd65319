import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { SourceLine } from '../model.ts';

type Checksum = NonNullable<SourceLine['checksum']>;

const DIGESTS: Readonly<Record<Checksum['kind'], (bytes: Uint8Array) => Uint8Array>> = { md5, sha1, sha256 };

const CR = 13;
const LF = 10;

/**
 * Whether a file is the one that was compiled. Another kind of line ends counts as the same: version control changes
 * them, and no line moves.
 */
export function agreesWith(bytes: Uint8Array, checksum: Checksum): boolean {
  const digest = DIGESTS[checksum.kind];
  const unix = withoutCarriageReturns(bytes);
  return [bytes, unix, withCarriageReturns(unix)].some((form) => same(digest(form), checksum.bytes));
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function withoutCarriageReturns(bytes: Uint8Array): Uint8Array {
  return bytes.filter((byte, i) => byte !== CR || bytes[i + 1] !== LF);
}

function withCarriageReturns(unix: Uint8Array): Uint8Array {
  let ends = 0;
  for (const byte of unix) if (byte === LF) ends++;
  const out = new Uint8Array(unix.length + ends);
  let at = 0;
  for (const byte of unix) {
    if (byte === LF) out[at++] = CR;
    out[at++] = byte;
  }
  return out;
}

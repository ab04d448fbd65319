import { ByteReader, decodeLatin1z, decodeUtf16 } from '../../bytes/index.ts';
import { MemoryUnreadable } from '../../errors/index.ts';
import type { Session } from '../session.ts';

/** Bytes of text that is read up to its NUL: a counted string has no more either. */
const MAX_BYTES = 0x10000;
/** Bytes read at once: most texts end within them. */
const STEP = 0x100;

/** The four ways in which .printf and as take text from the process: `ma`, `mu`, `msa`, `msu`. */
export type TextForm = 'ma' | 'mu' | 'msa' | 'msu';

/**
 * Text in the process: up to a NUL, or as an ANSI_STRING or UNICODE_STRING counts it (USHORT Length, USHORT
 * MaximumLength, then the pointer at its own alignment: ntdef.h). What the dump does not hold ends it. Undefined where
 * none of it is there.
 */
export function targetText(session: Session, form: TextForm, address: bigint): string | undefined {
  const wide = form.endsWith('u');
  if (form.length === 2) return decoded(untilNul(session, address, wide), wide);
  const { pointerSize } = session.machine;
  const { memory } = session.target;
  try {
    const header = new ByteReader(memory.read(address, 2 * pointerSize));
    const length = header.u16(0);
    if (length === 0) return '';
    const buffer = header.pointer(pointerSize, pointerSize);
    const there = Math.min(length, memory.available(buffer, length));
    return decoded(there === 0 ? undefined : memory.read(buffer, there), wide);
  } catch (e) {
    if (e instanceof MemoryUnreadable) return undefined;
    throw e;
  }
}

function untilNul({ target: { memory } }: Session, address: bigint, wide: boolean): Uint8Array | undefined {
  const pieces: Uint8Array[] = [];
  let length = 0;
  while (length < MAX_BYTES) {
    const at = address + BigInt(length);
    const there = memory.available(at, STEP) & (wide ? ~1 : ~0);
    if (there === 0) break;
    const bytes = memory.read(at, Math.min(there, STEP));
    const end = nulIn(bytes, wide);
    pieces.push(end < 0 ? bytes : bytes.subarray(0, end));
    length += end < 0 ? bytes.length : end;
    if (end >= 0 || bytes.length < STEP) break;
  }
  if (pieces.length === 0) return undefined;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function nulIn(bytes: Uint8Array, wide: boolean): number {
  if (!wide) return bytes.indexOf(0);
  for (let i = 0; i + 1 < bytes.length; i += 2) if (bytes[i] === 0 && bytes[i + 1] === 0) return i;
  return -1;
}

function decoded(bytes: Uint8Array | undefined, wide: boolean): string | undefined {
  return bytes && (wide ? decodeUtf16(bytes) : decodeLatin1z(bytes));
}

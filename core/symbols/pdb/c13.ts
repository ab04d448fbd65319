/**
 * The subsections of a module's "C13" debug information: { u32 kind, u32 length, bytes }, each aligned to four bytes.
 * Source: cvinfo.h, DEBUG_S_SUBSECTION_TYPE.
 */
import type { StreamReader } from './streamReader.ts';

export const SUBSECTION = {
  lines: 0xf2,
  checksums: 0xf4,
  inlinees: 0xf6,
  imports: 0xf7,
  exports: 0xf8,
} as const;

/** The top bit of a kind: leave the subsection out. */
const IGNORE = 0x80000000;

export interface Subsection {
  readonly kind: number;
  /** where its bytes are in the stream */
  readonly offset: number;
  readonly length: number;
}

/** The subsections in a part of a stream; what they hold is not read. */
export function* subsections(stream: StreamReader, offset: number, length: number): Generator<Subsection> {
  const end = Math.min(offset + length, stream.size);
  for (let at = offset; at + 8 <= end;) {
    const kind = stream.u32(at);
    const bytes = Math.min(stream.u32(at + 4), end - at - 8);
    if ((kind & IGNORE) === 0) yield { kind, offset: at + 8, length: bytes };
    at += 8 + ((bytes + 3) & ~3);
  }
}

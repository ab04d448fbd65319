import { textAt } from './recordText.ts';
import type { StreamReader } from './streamReader.ts';

const ENTRY_BYTES = 40;
/** A PE image may have 96 sections by its specification; linkers allow more, 16-bit numbers end at this. */
const MAX_SECTIONS = 0xffff;

/** An IMAGE_SECTION_HEADER as far as addresses need it; RVA and sizes in bytes. */
export interface SectionHeader {
  readonly name: string;
  /** as records number them, from 1 */
  readonly number: number;
  readonly rva: number;
  readonly virtualSize: number;
  readonly characteristics: number;
}

/** The section headers in a debug stream: those of the image, or before it was rearranged. */
export function readSectionHeaders(stream: StreamReader | undefined): readonly SectionHeader[] {
  if (!stream) return [];
  const count = Math.min(Math.floor(stream.size / ENTRY_BYTES), MAX_SECTIONS);
  const bytes = stream.read(0, count * ENTRY_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headers: SectionHeader[] = [];
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    headers.push({
      name: textAt(bytes, at, at + 8),
      number: headers.length + 1,
      virtualSize: view.getUint32(at + 8, true),
      rva: view.getUint32(at + 12, true),
      characteristics: view.getUint32(at + 36, true),
    });
  }
  return headers;
}

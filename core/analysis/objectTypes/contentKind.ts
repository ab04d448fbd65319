/** What the first bytes of a block look like where no vtable tells its class. */
export type ContentKind = 'text' | 'UTF-16 text' | 'zeros' | 'fill pattern' | 'data' | 'unreadable';

/** How many bytes of a block decide. */
export const CONTENT_BYTES = 32;
/** Shorter text is chance. */
const MIN_CHARACTERS = 4;

/** Tells text and patterns by the first bytes of a block, at most CONTENT_BYTES of them. */
export function contentKind(bytes: Uint8Array): ContentKind {
  if (bytes.length === 0) return 'unreadable';
  const first = bytes[0] ?? 0;
  if (bytes.every((b) => b === first)) return first === 0 ? 'zeros' : 'fill pattern';
  if (isText(bytes, 1)) return 'text';
  if (isText(bytes, 2)) return 'UTF-16 text';
  return 'data';
}

/** Printable characters from the start on, up to a NUL or the end; `width` bytes each. */
function isText(bytes: Uint8Array, width: 1 | 2): boolean {
  let characters = 0;
  for (let at = 0; at + width <= bytes.length; at += width) {
    const c = bytes[at] ?? 0;
    const upper = width === 2 ? (bytes[at + 1] ?? 0) : 0;
    if (c === 0 && upper === 0) break;
    if (upper !== 0 || !isPrintable(c)) return false;
    characters++;
  }
  return characters >= MIN_CHARACTERS;
}

function isPrintable(c: number): boolean {
  return (c >= 0x20 && c < 0x7f) || c === 0x09 || c === 0x0a || c === 0x0d;
}

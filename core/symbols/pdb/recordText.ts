/** Names inside CodeView records: NUL-terminated UTF-8, or in old ("_ST") records a length byte and ANSI text. */
const utf8 = new TextDecoder('utf-8');
const latin1 = new TextDecoder('latin1');

/** Where the NUL of a name is, or `end` where there is none. */
export function nameEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end; i++) if (bytes[i] === 0) return i;
  return Math.max(start, end);
}

/** Text from `start` to the NUL, at most to `end`. */
export function textAt(bytes: Uint8Array, start: number, end: number): string {
  return textBetween(bytes, start, nameEnd(bytes, start, end));
}

/** All from `start` to `stop`, which is where the NUL is. */
export function textBetween(bytes: Uint8Array, start: number, stop: number): string {
  return utf8.decode(bytes.subarray(start, stop));
}

/** Text after its length byte, at most to `end`. Its code page is not recorded: each byte is taken as one character. */
export function countedTextAt(bytes: Uint8Array, start: number, end: number): string {
  if (start >= end) return '';
  return latin1.decode(bytes.subarray(start + 1, Math.min(end, start + 1 + (bytes[start] ?? 0))));
}

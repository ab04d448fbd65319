/** Text as Windows stores it: UTF-16LE and single bytes, cut at a NUL. Nothing here throws on malformed text. */
const utf16 = new TextDecoder('utf-16le');
const utf8 = new TextDecoder('utf-8');

/** UTF-16LE bytes as text; an odd last byte is left out; lone surrogates become U+FFFD. */
export function decodeUtf16(bytes: Uint8Array): string {
  return utf16.decode(bytes.length % 2 ? bytes.subarray(0, bytes.length - 1) : bytes);
}

/** UTF-16LE up to the first NUL. */
export function decodeUtf16z(bytes: Uint8Array): string {
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    if (bytes[i] === 0 && bytes[i + 1] === 0) return decodeUtf16(bytes.subarray(0, i));
  }
  return decodeUtf16(bytes);
}

/** UTF-8 up to the first NUL (symbol names, PDB paths). */
export function decodeUtf8z(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return utf8.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Characters made at once: an argument list longer than this may not fit the stack of every engine. */
const CHARACTERS = 0x2000;

/** One character a byte (ISO 8859-1), up to the first NUL: what an ANSI string is without its code page. */
export function decodeLatin1z(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeLatin1(end < 0 ? bytes : bytes.subarray(0, end));
}

/**
 * One character a byte. `TextDecoder` has no ISO 8859-1 (its `latin1` is Windows-1252), and adding characters one by one
 * makes a rope that is flattened at its first use.
 */
export function decodeLatin1(bytes: Uint8Array): string {
  if (bytes.length <= CHARACTERS) return String.fromCharCode(...bytes);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += CHARACTERS)
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + CHARACTERS)));
  return pieces.join('');
}

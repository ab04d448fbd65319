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

/** One character a byte (ISO 8859-1), up to the first NUL: what an ANSI string is without its code page. */
export function decodeLatin1z(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  let text = '';
  for (const b of end < 0 ? bytes : bytes.subarray(0, end)) text += String.fromCharCode(b);
  return text;
}

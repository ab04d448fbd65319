/** Hexadecimal as data has it: lower case, no padding unless asked, `0x` only in `hexAddress`. */

/** `value` in lower-case hex, padded with zeros to `width`. */
export function hex(value: number | bigint, width = 0): string {
  return value.toString(16).padStart(width, '0');
}

/** An address, an id or a 64-bit value in JSON: the type keeps them apart from texts of any kind. */
export type Hex = `0x${string}`;

/** The form of addresses, ids and 64-bit values in the JSON output (cli.md): `0x7ffdf000`. */
export function hexAddress(value: number | bigint): Hex {
  return `0x${value.toString(16)}`;
}

/** Bytes as hex digits without separators. */
export function hexBytes(bytes: Uint8Array): string {
  let text = '';
  for (const b of bytes) text += b.toString(16).padStart(2, '0');
  return text;
}

const UTF16 = [
  { mark: [0xff, 0xfe], label: 'utf-16le' },
  { mark: [0xfe, 0xff], label: 'utf-16be' },
] as const;

/** A source file's lines: UTF-16 by its mark, UTF-8 where it is that, else Windows' Western code page. Never throws. */
export function sourceLines(bytes: Uint8Array): string[] {
  const lines = decode(bytes).split(/\r\n|\r|\n/);
  // the end of the last line begins no other
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function decode(bytes: Uint8Array): string {
  for (const { mark, label } of UTF16) {
    if (mark.every((byte, i) => bytes[i] === byte)) return new TextDecoder(label).decode(bytes);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // not UTF-8: what editors on Windows wrote before it was
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

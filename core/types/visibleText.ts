/**
 * Text as the debugger shows it within quotes: what cannot be shown is `?`. Single bytes above 0x7f are of a code page
 * that the dump does not name, so they count among those.
 */
export function visibleText(text: string, wide: boolean): string {
  return text.replace(wide ? CONTROLS : NOT_ASCII, '?');
}

// C0, DEL and C1; unpaired surrogates arrive as U+FFFD from the decoder
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\ufffd]/g;
const NOT_ASCII = /[^\u0020-\u007e]/g;

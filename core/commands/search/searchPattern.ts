import { UsageError } from '../../errors/index.ts';
import type { Session } from '../session.ts';
import { MAX_PATTERN } from './findBytes.ts';

/**
 * The bytes that a search in a memory pane means: `"text"`, `u"text"` (UTF-16), `cd cd fd fd`, or an expression, whose
 * value is searched as a pointer. Throws `UsageError`.
 */
export function searchPattern(session: Session, text: string): Uint8Array {
  const typed = text.trim();
  const pattern = bytesOf(session, typed);
  if (pattern.length === 0)
    throw new UsageError('nothing to search for: "text", u"text", cd cd fd fd, or a pointer');
  if (pattern.length > MAX_PATTERN) throw new UsageError(`a search takes at most ${MAX_PATTERN} bytes`);
  return pattern;
}

function bytesOf(session: Session, typed: string): Uint8Array {
  const quoted = /^(u?)"(.*?)"?$/is.exec(typed);
  if (quoted) {
    const [, wide, inner = ''] = quoted;
    return wide ? utf16(inner) : latin1(inner);
  }
  if (/^[0-9a-f]{2}(\s+[0-9a-f]{2})+$/i.test(typed) || /^[0-9a-f]{2}$/i.test(typed)) {
    return Uint8Array.from(typed.split(/\s+/), (byte) => parseInt(byte, 16));
  }
  if (typed === '') return new Uint8Array(0);
  return pointer(session.evaluator.address(typed), session.machine.pointerSize);
}

function utf16(text: string): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), true);
  return new Uint8Array(view.buffer);
}

/** One byte a character; what has none in Latin-1 goes as UTF-8. */
function latin1(text: string): Uint8Array {
  const codes = Array.from(text, (c) => c.codePointAt(0) ?? 0);
  return codes.some((code) => code > 0xff) ? new TextEncoder().encode(text) : Uint8Array.from(codes);
}

function pointer(value: bigint, size: 4 | 8): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, value, true);
  return new Uint8Array(view.buffer, 0, size);
}

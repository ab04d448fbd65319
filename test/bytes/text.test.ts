import { describe, expect, it } from 'vitest';
import { decodeLatin1, decodeLatin1z } from '../../core/bytes/index.ts';

describe('single bytes as text', () => {
  it('are ISO 8859-1, not Windows-1252, up to the NUL', () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect([...decodeLatin1(all)].map((c) => c.codePointAt(0))).toEqual([...all]);
    expect(decodeLatin1z(Uint8Array.of(0x41, 0x80, 0, 0x42))).toBe('A\u0080');
    expect(decodeLatin1z(new Uint8Array(0))).toBe('');
  });

  it('may be many', () => {
    const bytes = Uint8Array.from({ length: 1_000_003 }, (_, i) => 0x20 + (i % 0xdf));
    const text = decodeLatin1(bytes);
    expect(text).toHaveLength(bytes.length);
    for (const at of [0, 0x1fff, 0x2000, 0x2001, 1_000_002]) expect(text.charCodeAt(at)).toBe(bytes[at]);
  });
});

/**
 * Structured clones as JSON, for ways that carry text only: bigint, undefined, numbers that JSON has not, typed arrays.
 * It goes into pages as its own text, so it uses nothing from outside. What cannot be cloned throws, as it does in Electron.
 */
export function wire(): { pack(value: unknown): unknown; unpack(value: unknown): unknown } {
  const CHUNK = 0x8000;
  function pack(value: unknown): unknown {
    if (value === undefined) return { u: 1 };
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number')
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { f: String(value) };
    if (typeof value === 'bigint') return { n: value.toString() };
    if (Array.isArray(value)) return value.map(pack);
    if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      let text = '';
      for (let at = 0; at < bytes.length; at += CHUNK)
        text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
      return { t: value.constructor.name, b: btoa(text) };
    }
    if (typeof value === 'object')
      return { o: Object.fromEntries(Object.entries(value).map(([k, v]) => [k, pack(v)])) };
    throw new Error(`An object could not be cloned: ${typeof value}`);
  }
  function unpack(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(unpack);
    const { n, f, t, b, o } = value as Record<string, unknown>;
    if (n !== undefined) return BigInt(String(n));
    if (f !== undefined) return f === '-0' ? -0 : Number(f);
    if (t !== undefined) {
      const bytes = Uint8Array.from(atob(String(b)), (c) => c.charCodeAt(0));
      const kinds = globalThis as unknown as Record<string, new (buffer: ArrayBuffer) => ArrayBufferView>;
      const Kind = kinds[String(t)];
      return Kind && new Kind(bytes.buffer);
    }
    if (o !== undefined)
      return Object.fromEntries(Object.entries(o as object).map(([k, v]) => [k, unpack(v)]));
    return undefined;
  }
  return { pack, unpack };
}

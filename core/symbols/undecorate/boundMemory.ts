import { BadFormat } from '../../errors/index.ts';

const HEADER = 8;
const MEMORY_SECTION = 5;

/**
 * A WebAssembly module whose own memory may not grow beyond `pages` of 64 KiB: its memory section is written anew
 * with a maximum (core specification, 5.5.8). Throws `BadFormat` where the module has no such section.
 */
export function boundMemory(wasm: Uint8Array, pages: number): Uint8Array<ArrayBuffer> {
  let at = HEADER;
  while (at < wasm.length) {
    const id = wasm[at];
    const size = readUnsigned(wasm, at + 1);
    const end = size.next + size.value;
    if (id === MEMORY_SECTION) {
      // one memory: its count, its flags, its minimum
      const minimum = readUnsigned(wasm, size.next + 2);
      const limits = [1, 1, ...unsigned(minimum.value), ...unsigned(Math.max(pages, minimum.value))];
      const section = [MEMORY_SECTION, ...unsigned(limits.length), ...limits];
      const out = new Uint8Array(at + section.length + wasm.length - end);
      out.set(wasm.subarray(0, at));
      out.set(section, at);
      out.set(wasm.subarray(end), at + section.length);
      return out;
    }
    at = end;
  }
  throw new BadFormat('the module has no memory of its own');
}

/** LEB128, at most 32 bits. */
function readUnsigned(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const b = bytes[at + i] ?? 0;
    value += (b & 0x7f) * 2 ** (7 * i);
    if (b < 0x80) return { value, next: at + i + 1 };
  }
  throw new BadFormat('a number in the module is too long');
}

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value);
  return bytes;
}

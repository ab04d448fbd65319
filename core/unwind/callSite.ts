import type { WordReader } from './wordReader.ts';

/** The call instruction that ends where a return address points; `target` of a direct call is the address called. */
export interface CallSite {
  readonly length: number;
  readonly target?: number;
  /** address of the pointer that an indirect call goes through, where the instruction names it (`call [import]`) */
  readonly slot?: number;
}

/** The longest form looked for: a REX prefix, FF, modrm, SIB, 32-bit displacement. */
const MAX_CALL = 8;

/**
 * Whether the bytes before `address` are a call instruction of x86 or x64. `unknown` where the bytes are not there.
 * Code is not aligned, so bytes may look like a call by accident; a direct call names its target, which tells.
 */
export function callBefore(code: WordReader, address: number, width: 4 | 8): CallSite | 'none' | 'unknown' {
  const at = address - MAX_CALL;
  const bytes = code.bytes(at, MAX_CALL);
  if (!bytes) return 'unknown';
  if (bytes[3] === 0xe8) {
    const target = address + i32(bytes, 4);
    return { length: 5, target: width === 4 ? target >>> 0 : target };
  }
  // call [disp32] on x86, call [rip+disp32] on x64: what calls through imports look like
  if (bytes[2] === 0xff && bytes[3] === 0x15) {
    const slot = width === 4 ? i32(bytes, 4) >>> 0 : address + i32(bytes, 4);
    return { length: 6, slot };
  }
  for (let length = 2; length <= 7; length++) {
    if (isIndirectCall(bytes, MAX_CALL - length, length)) return { length };
  }
  return 'none';
}

/** FF /2 with every addressing form: length in bytes must come out as the bytes that are left. */
function isIndirectCall(bytes: Uint8Array, at: number, length: number): boolean {
  if (bytes[at] !== 0xff) return false;
  const modrm = bytes[at + 1] ?? 0;
  if (((modrm >> 3) & 7) !== 2) return false;
  const mode = modrm >> 6;
  const rm = modrm & 7;
  if (mode === 3) return length === 2;
  let wanted = 2 + (mode === 1 ? 1 : mode === 2 ? 4 : 0);
  if (rm === 4) {
    wanted++;
    // a SIB byte without a base has a 32-bit displacement
    if (mode === 0 && ((bytes[at + 2] ?? 0) & 7) === 5) wanted += 4;
  } else if (mode === 0 && rm === 5) wanted += 4;
  return wanted === length;
}

function i32(b: Uint8Array, at: number): number {
  return (b[at] ?? 0) | ((b[at + 1] ?? 0) << 8) | ((b[at + 2] ?? 0) << 16) | ((b[at + 3] ?? 0) << 24);
}

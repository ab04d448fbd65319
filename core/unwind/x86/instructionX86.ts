/**
 * Lengths of 32-bit x86 instructions, and no more of them: what it takes to step through a prolog or to find a
 * function's `ret n`. From the opcode maps of the Intel SDM (volume 2, appendix A).
 */

/** bits of the tables below */
const MODRM = 1;
const IMM8 = 2;
const IMM32 = 4;
const IMM16 = 8;
/** a 32-bit address, whatever the operand size */
const MOFFS = 16;
const FAR = 32;
const INVALID = 64;

const MAX_PREFIXES = 14;

const ONE_BYTE = oneByteMap();
const TWO_BYTE = twoByteMap();

/** The length in bytes of the instruction at `at`; 0 where it is none or `b` ends within it. */
export function instructionLength(b: Uint8Array, at: number): number {
  let i = at;
  let isShort = false;
  for (; i - at < MAX_PREFIXES; i++) {
    const p = b[i];
    if (p === 0x66) isShort = true;
    // 16-bit addressing: nobody compiles it, and it would need other tables
    else if (p === 0x67) return 0;
    else if (!isPrefix(p)) break;
  }
  const opcode = b[i];
  if (opcode === undefined) return 0;
  const length = opcode === 0x0f ? twoByte(b, i, isShort) : oneByte(b, i, opcode, isShort);
  return length === 0 || i + length > b.length ? 0 : i - at + length;
}

function isPrefix(p: number | undefined): boolean {
  return (
    p === 0x26 ||
    p === 0x2e ||
    p === 0x36 ||
    p === 0x3e ||
    p === 0x64 ||
    p === 0x65 ||
    p === 0xf0 ||
    p === 0xf2 ||
    p === 0xf3
  );
}

function oneByte(b: Uint8Array, at: number, opcode: number, isShort: boolean): number {
  const next = b[at + 1] ?? 0;
  // in 32-bit code C4, C5 and 62 are VEX and EVEX where the byte after them could not be a memory operand
  if ((opcode === 0xc5 || opcode === 0xc4 || opcode === 0x62) && next >= 0xc0) return vex(b, at, opcode);
  let flags = ONE_BYTE[opcode] ?? INVALID;
  // test has an immediate, its neighbours not, neg and mul have none
  if ((opcode === 0xf6 || opcode === 0xf7) && ((next >> 3) & 7) < 2) flags |= opcode === 0xf6 ? IMM8 : IMM32;
  return operands(b, at + 1, flags, isShort, 1);
}

function twoByte(b: Uint8Array, at: number, isShort: boolean): number {
  const opcode = b[at + 1];
  if (opcode === undefined) return 0;
  if (opcode === 0x38) return operands(b, at + 3, MODRM, isShort, 3);
  if (opcode === 0x3a) return operands(b, at + 3, MODRM | IMM8, isShort, 3);
  return operands(b, at + 2, TWO_BYTE[opcode] ?? INVALID, isShort, 2);
}

function vex(b: Uint8Array, at: number, first: number): number {
  const size = first === 0xc5 ? 2 : first === 0xc4 ? 3 : 4;
  const map = first === 0xc5 ? 1 : (b[at + 1] ?? 0) & (first === 0xc4 ? 0x1f : 7);
  const opcode = b[at + size] ?? 0;
  // vzeroupper and vzeroall are the only ones without operands
  if (map === 1 && opcode === 0x77) return size + 1;
  const hasImmediate = map === 3 || (map === 1 && ((TWO_BYTE[opcode] ?? 0) & IMM8) !== 0);
  return operands(b, at + size + 1, MODRM | (hasImmediate ? IMM8 : 0), false, size + 1);
}

/** `head` bytes of opcode, then what the flags say. `at` is where the operands begin. */
function operands(b: Uint8Array, at: number, flags: number, isShort: boolean, head: number): number {
  if (flags & INVALID) return 0;
  let length = head;
  if (flags & MODRM) {
    const size = modrmLength(b, at);
    if (size === 0) return 0;
    length += size;
  }
  if (flags & IMM8) length += 1;
  if (flags & IMM16) length += 2;
  if (flags & IMM32) length += isShort ? 2 : 4;
  if (flags & MOFFS) length += 4;
  if (flags & FAR) length += isShort ? 4 : 6;
  return length;
}

/** Bytes of modrm, SIB and displacement. */
function modrmLength(b: Uint8Array, at: number): number {
  const modrm = b[at];
  if (modrm === undefined) return 0;
  const mode = modrm >> 6;
  const rm = modrm & 7;
  if (mode === 3) return 1;
  let length = 1 + (mode === 1 ? 1 : mode === 2 ? 4 : 0);
  if (rm === 4) {
    length++;
    if (mode === 0 && ((b[at + 1] ?? 0) & 7) === 5) length += 4;
  } else if (mode === 0 && rm === 5) length += 4;
  return length;
}

function fill(map: Uint8Array, from: number, to: number, flags: number): void {
  map.fill(flags, from, to + 1);
}

function oneByteMap(): Uint8Array {
  const map = new Uint8Array(256);
  // add, or, adc, sbb, and, sub, xor, cmp: four forms with modrm, two with an immediate
  for (let op = 0; op < 0x40; op += 8) {
    fill(map, op, op + 3, MODRM);
    map[op + 4] = IMM8;
    map[op + 5] = IMM32;
  }
  fill(map, 0x62, 0x63, MODRM);
  map[0x68] = IMM32;
  map[0x69] = MODRM | IMM32;
  map[0x6a] = IMM8;
  map[0x6b] = MODRM | IMM8;
  fill(map, 0x70, 0x7f, IMM8);
  fill(map, 0x80, 0x8f, MODRM);
  map[0x80] = map[0x82] = map[0x83] = MODRM | IMM8;
  map[0x81] = MODRM | IMM32;
  map[0x9a] = map[0xea] = FAR;
  fill(map, 0xa0, 0xa3, MOFFS);
  map[0xa8] = IMM8;
  map[0xa9] = IMM32;
  fill(map, 0xb0, 0xb7, IMM8);
  fill(map, 0xb8, 0xbf, IMM32);
  map[0xc0] = map[0xc1] = map[0xc6] = MODRM | IMM8;
  map[0xc2] = map[0xca] = IMM16;
  map[0xc4] = map[0xc5] = MODRM;
  map[0xc7] = MODRM | IMM32;
  map[0xc8] = IMM16 | IMM8;
  map[0xcd] = map[0xd4] = map[0xd5] = IMM8;
  fill(map, 0xd0, 0xd3, MODRM);
  fill(map, 0xd8, 0xdf, MODRM);
  fill(map, 0xe0, 0xe7, IMM8);
  fill(map, 0xe8, 0xe9, IMM32);
  map[0xeb] = IMM8;
  fill(map, 0xf6, 0xf7, MODRM);
  fill(map, 0xfe, 0xff, MODRM);
  return map;
}

function twoByteMap(): Uint8Array {
  const map = new Uint8Array(256).fill(MODRM);
  for (const op of [0x05, 0x06, 0x07, 0x08, 0x09, 0x0b, 0x0e, 0x77, 0xa0, 0xa1, 0xa2, 0xa8, 0xa9, 0xaa])
    map[op] = 0;
  for (const op of [0x04, 0x0a, 0x0c, 0x24, 0x25, 0x26, 0x27, 0x36, 0x39, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f])
    map[op] = INVALID;
  map[0x0f] = MODRM | IMM8;
  fill(map, 0x30, 0x35, 0);
  map[0x37] = 0;
  fill(map, 0x70, 0x73, MODRM | IMM8);
  fill(map, 0x80, 0x8f, IMM32);
  for (const op of [0xa4, 0xac, 0xba, 0xc2, 0xc4, 0xc5, 0xc6]) map[op] = MODRM | IMM8;
  fill(map, 0xc8, 0xcf, 0);
  return map;
}

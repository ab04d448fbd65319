/**
 * ARM64 unwind codes as operations (Microsoft, "ARM64 exception handling"). A record's codes stand in the order in
 * which they are undone; each stands for one instruction of the prolog, or of an epilog.
 */

/** Which registers a save is of: x0-x30, d0-d31 (low halves of v), q0-q31. */
export type RegisterBank = 'x' | 'd' | 'q';

export type Arm64Code =
  /** sp += size */
  | { readonly op: 'alloc'; readonly size: number }
  /** registers from [sp + offset], then sp += release */
  | {
      readonly op: 'save';
      readonly bank: RegisterBank;
      readonly registers: readonly number[];
      readonly offset: number;
      readonly release: number;
    }
  /** sp = fp - offset */
  | { readonly op: 'frame'; readonly offset: number }
  /** lr is signed */
  | { readonly op: 'sign' }
  | { readonly op: 'nop' }
  /** the end of a prolog; `chained`: of this fragment's own, and the parent's follows */
  | { readonly op: 'end'; readonly chained: boolean }
  /** pc and sp from the two words at sp: {sp, pc} */
  | { readonly op: 'machine frame' }
  /** all registers from the ARM64 CONTEXT at sp */
  | { readonly op: 'context' }
  /** kept by name: not undone */
  | { readonly op: 'unknown'; readonly name: string };

const LR = 30;
const FP = 29;
/** d8 to d15 and x19 to x28 are the registers that codes number from 0 */
const FIRST_X = 19;
const FIRST_D = 8;

/** Lengths of the codes from 0xE0 on; absent ones are reserved (ARM64 exception handling, "Unwind codes"). */
const LONG_LENGTHS: Readonly<Record<number, number>> = {
  0xe0: 4,
  0xe2: 2,
  0xe7: 3,
  0xf8: 2,
  0xf9: 3,
  0xfa: 4,
  0xfb: 5,
};

/** A `save_next` stands for the pair after the one that the next code saves: kept until that code is known. */
type Parsed = Arm64Code | 'save next';

/**
 * Decodes codes from `start` to the `end` code. `damaged` where they leave `bytes` or a reserved code is met.
 */
export function parseArm64Codes(bytes: Uint8Array, start: number): { codes: Arm64Code[]; damaged: boolean } {
  const parsed: Parsed[] = [];
  let damaged = true;
  for (let at = start; at < bytes.length;) {
    const length = codeLength(bytes[at] ?? 0);
    if (at + length > bytes.length) break;
    const code = parseCode(bytes, at);
    parsed.push(code);
    at += length;
    if (code !== 'save next' && code.op === 'end' && !code.chained) {
      damaged = false;
      break;
    }
  }
  return { codes: resolveNext(parsed), damaged };
}

/** Bytes of the code that begins with `first`. */
function codeLength(first: number): number {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return LONG_LENGTHS[first] ?? 1;
}

function parseCode(b: Uint8Array, at: number): Parsed {
  const first = b[at] ?? 0;
  const second = b[at + 1] ?? 0;
  if (first < 0x20) return { op: 'alloc', size: first * 16 };
  if (first < 0x40) return save('x', [19, 20], 0, (first & 0x1f) * 8);
  if (first < 0x80) return save('x', [FP, LR], (first & 0x3f) * 8, 0);
  if (first < 0xc0) return save('x', [FP, LR], 0, ((first & 0x3f) + 1) * 8);
  if (first < 0xc8) return { op: 'alloc', size: (((first & 7) << 8) | second) * 16 };
  if (first < 0xdf) return parseSave(((first << 8) | second) & 0xffff);
  return parseLong(b, at, first, second);
}

/** The two-byte codes C8xx to DExx: a prefix, a register number, an offset. */
function parseSave(word: number): Parsed {
  const x = (word >> 6) & 15;
  const z = word & 0x3f;
  const xs = FIRST_X + x;
  // single registers with a pre-indexed store have one bit less of offset
  const narrowX = FIRST_X + ((word >> 5) & 15);
  const d = FIRST_D + ((word >> 6) & 7);
  const narrowD = FIRST_D + ((word >> 5) & 7);
  const narrow = ((word & 0x1f) + 1) * 8;
  switch (word >> 10) {
    case 0xc8 >> 2:
      return save('x', [xs, xs + 1], z * 8, 0);
    case 0xcc >> 2:
      return save('x', [xs, xs + 1], 0, (z + 1) * 8);
    case 0xd0 >> 2:
      return save('x', [xs], z * 8, 0);
  }
  if (word >> 9 === 0xd4 >> 1) return save('x', [narrowX], 0, narrow);
  if (word >> 9 === 0xd6 >> 1) return save('x', [FIRST_X + 2 * ((word >> 6) & 7), LR], z * 8, 0);
  if (word >> 9 === 0xd8 >> 1) return save('d', [d, d + 1], z * 8, 0);
  if (word >> 9 === 0xda >> 1) return save('d', [d, d + 1], 0, (z + 1) * 8);
  if (word >> 9 === 0xdc >> 1) return save('d', [d], z * 8, 0);
  return save('d', [narrowD], 0, narrow);
}

function parseLong(b: Uint8Array, at: number, first: number, second: number): Parsed {
  switch (first) {
    case 0xe0:
      return { op: 'alloc', size: ((second << 16) | ((b[at + 2] ?? 0) << 8) | (b[at + 3] ?? 0)) * 16 };
    case 0xe1:
      return { op: 'frame', offset: 0 };
    case 0xe2:
      return { op: 'frame', offset: second * 8 };
    case 0xe3:
      return { op: 'nop' };
    case 0xe4:
      return { op: 'end', chained: false };
    case 0xe5:
      return { op: 'end', chained: true };
    case 0xe6:
      return 'save next';
    case 0xe7:
      return parseSaveAny(second, b[at + 2] ?? 0);
    case 0xe9:
      return { op: 'machine frame' };
    case 0xea:
      return { op: 'context' };
    // "clear unwound to call": the address is exact, which nothing here depends on
    case 0xec:
      return { op: 'nop' };
    case 0xfc:
      return { op: 'sign' };
    case 0xdf:
      return { op: 'unknown', name: 'alloc_z' };
    case 0xe8:
      return { op: 'unknown', name: 'trap_frame' };
    case 0xeb:
      return { op: 'unknown', name: 'ec_context' };
    default:
      return { op: 'unknown', name: `code 0x${first.toString(16)}` };
  }
}

/** E7: any register or pair. Byte 1 is 0 p x rrrrr, byte 2 has the kind in its two high bits and the offset. */
function parseSaveAny(second: number, third: number): Arm64Code {
  const isPair = (second & 0x40) !== 0;
  const isIndexed = (second & 0x20) !== 0;
  const register = second & 0x1f;
  const kind = third >> 6;
  const offset = third & 0x3f;
  const bank = (['x', 'd', 'q'] as const)[kind];
  if (second & 0x80 || bank === undefined) return { op: 'unknown', name: 'save_any_reg' };
  const scale = isPair || isIndexed || bank === 'q' ? 16 : 8;
  const registers = isPair ? [register, register + 1] : [register];
  return isIndexed
    ? save(bank, registers, 0, (offset + 1) * scale)
    : save(bank, registers, offset * scale, 0);
}

function save(bank: RegisterBank, registers: readonly number[], offset: number, release: number): Arm64Code {
  return { op: 'save', bank, registers, offset, release };
}

/** Gives each `save_next` its pair: the one after that of the code below it, 16 bytes further up. */
function resolveNext(parsed: readonly Parsed[]): Arm64Code[] {
  const codes: Arm64Code[] = [];
  let below: Arm64Code = { op: 'nop' };
  for (let i = parsed.length - 1; i >= 0; i--) {
    const code = parsed[i] ?? 'save next';
    below = code === 'save next' ? pairAfter(below) : code;
    codes.push(below);
  }
  return codes.reverse();
}

function pairAfter(code: Arm64Code): Arm64Code {
  if (code.op !== 'save' || code.registers.length !== 2) return { op: 'unknown', name: 'save_next' };
  const step = code.bank === 'q' ? 32 : 16;
  return save(
    code.bank,
    code.registers.map((r) => r + 2),
    code.offset + step,
    0,
  );
}

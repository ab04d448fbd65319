import { parseArm64Codes, type Arm64Code } from './unwindCodes.ts';

/** How one function, or fragment of one, is unwound. Offsets count in instructions from its start. */
export interface Arm64Unwind {
  /** instructions */
  readonly length: number;
  /** the whole list, from the prolog's last instruction to `end` */
  readonly codes: readonly Arm64Code[];
  /** instructions of the function's own prolog */
  readonly prolog: number;
  readonly epilogs: readonly Arm64Epilog[];
  /** a record that is cut short, or has codes that nobody knows: only its part-way rules cannot be trusted */
  readonly damaged: boolean;
}

export interface Arm64Epilog {
  readonly start: number;
  /** what its instructions do, the last of them `end` */
  readonly codes: readonly Arm64Code[];
}

interface Header {
  readonly length: number;
  /** the one epilog at the end, by the index of its first code */
  readonly packedEpilog?: number;
  readonly epilogCount: number;
  /** bytes before the epilog scopes, of the scopes, of the codes */
  readonly headerBytes: number;
  readonly scopeBytes: number;
  readonly codeBytes: number;
}

/** Bytes that say how long a record is. */
export const RECORD_HEAD_BYTES = 8;

/** The length in bytes of the record that `head` begins; 0 where it is of a version nobody knows. */
export function arm64RecordLength(head: Uint8Array): number {
  const header = parseHeader(head);
  return header ? header.headerBytes + header.scopeBytes + header.codeBytes : 0;
}

/** Parses an .xdata record; undefined where `bytes` end within it or it is of a version nobody knows. */
export function parseArm64Record(bytes: Uint8Array): Arm64Unwind | undefined {
  const header = parseHeader(bytes);
  if (!header) return undefined;
  const { length, packedEpilog, epilogCount, headerBytes, scopeBytes, codeBytes } = header;
  const codesAt = headerBytes + scopeBytes;
  if (codesAt + codeBytes > bytes.length) return undefined;
  const area = bytes.subarray(codesAt, codesAt + codeBytes);
  const { codes, damaged } = parseArm64Codes(area, 0);
  if (packedEpilog !== undefined) {
    const epilog = parseArm64Codes(area, packedEpilog).codes;
    const epilogs = [{ start: length - epilog.length, codes: epilog }];
    return { length, codes, prolog: ownCodes(codes), epilogs, damaged };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // epilogs share codes: each starting point is decoded once, however many scopes a record claims
  const byStart = new Map<number, readonly Arm64Code[]>();
  const epilogs: Arm64Epilog[] = [];
  for (let i = 0; i < epilogCount; i++) {
    const scope = view.getUint32(headerBytes + 4 * i, true);
    const start = scope >>> 22;
    let shared = byStart.get(start);
    if (!shared) byStart.set(start, (shared = parseArm64Codes(area, start).codes));
    epilogs.push({ start: scope & 0x3ffff, codes: shared });
  }
  return { length, codes, prolog: ownCodes(codes), epilogs, damaged };
}

function parseHeader(bytes: Uint8Array): Header | undefined {
  if (bytes.length < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = view.getUint32(0, true);
  if (((word >>> 18) & 3) !== 0) return undefined;
  const isPacked = ((word >>> 21) & 1) !== 0;
  let epilogCount = (word >>> 22) & 0x1f;
  let codeWords = word >>> 27;
  const isExtended = epilogCount === 0 && codeWords === 0;
  if (isExtended) {
    if (bytes.length < 8) return undefined;
    const more = view.getUint32(4, true);
    epilogCount = more & 0xffff;
    codeWords = (more >>> 16) & 0xff;
  }
  return {
    length: word & 0x3ffff,
    packedEpilog: isPacked ? epilogCount : undefined,
    epilogCount: isPacked ? 0 : epilogCount,
    headerBytes: isExtended ? 8 : 4,
    scopeBytes: isPacked ? 0 : 4 * epilogCount,
    codeBytes: 4 * codeWords,
  };
}

/** Codes before the first end of a prolog: the instructions of this function or fragment itself. */
function ownCodes(codes: readonly Arm64Code[]): number {
  const end = codes.findIndex((c) => c.op === 'end');
  return end < 0 ? codes.length : end;
}

const END: Arm64Code = { op: 'end', chained: false };
const NOP: Arm64Code = { op: 'nop' };
const SET_FP: Arm64Code = { op: 'frame', offset: 0 };
const LR = 30;
/** `sub sp,sp,#imm` takes 12 bits, and sp stays a multiple of 16 */
const LARGEST_ALLOC = 4080;
/** the largest offset of a pre-indexed stp */
const LARGEST_PAIR_OFFSET = 512;

/**
 * The record that a packed .pdata word stands for: its prolog and epilog are the canonical ones ("Packed unwind
 * data"), spelt out here as one code for each instruction.
 */
export function unpackArm64(word: number): Arm64Unwind {
  const isFragment = (word & 3) === 2;
  const length = (word >>> 2) & 0x7ff;
  const regF = (word >>> 13) & 7;
  const regI = (word >>> 16) & 15;
  const isHomed = ((word >>> 20) & 1) !== 0;
  const cr = (word >>> 21) & 3;
  const frameSize = (word >>> 23) * 16;
  const intSize = regI * 8 + (cr === 1 ? 8 : 0);
  const fpSize = regF === 0 ? 0 : (regF + 1) * 8;
  const saveSize = (intSize + fpSize + (isHomed ? 64 : 0) + 15) & ~15;
  const localSize = Math.max(0, frameSize - saveSize);

  const saves = packedSaves(regI, cr === 1, regF, intSize, saveSize);
  // homing the arguments has no counterpart in an epilog, unless it is what makes room for the saves
  const homes = isHomed ? [...Array<Arm64Code>(saves.length === 0 ? 3 : 4).fill(NOP)] : [];
  if (isHomed && saves.length === 0) saves.push({ op: 'alloc', size: saveSize });
  const sign: Arm64Code[] = cr === 2 ? [{ op: 'sign' }] : [];
  const locals = packedLocals(cr >= 2, localSize);
  const link = cr >= 2 ? [SET_FP] : [];

  const prolog = [...sign, ...saves, ...homes, ...locals, ...link].reverse();
  const epilog = [...sign, ...saves, ...locals].reverse();
  const codes = [...prolog, END];
  if (isFragment) return { length, codes, prolog: 0, epilogs: [], damaged: false };
  const start = length - epilog.length - 1;
  return {
    length,
    codes,
    prolog: prolog.length,
    epilogs: [{ start, codes: [...epilog, END] }],
    damaged: false,
  };
}

/** Saves of x19 up, lr, d8 up, in the order of the prolog; the first one makes the room. */
function packedSaves(
  regI: number,
  hasLr: boolean,
  regF: number,
  intSize: number,
  saveSize: number,
): Arm64Code[] {
  const saves: Arm64Code[] = [];
  const add = (bank: 'x' | 'd', registers: number[], offset: number): void => {
    const isFirst = saves.length === 0;
    saves.push({
      op: 'save',
      bank,
      registers,
      offset: isFirst ? 0 : offset,
      release: isFirst ? saveSize : 0,
    });
  };
  const ints = Array.from({ length: regI }, (_, i) => 19 + i);
  if (hasLr) ints.push(LR);
  // lr pairs with a register that is left over, and stands alone else
  const pairsUpTo = hasLr && regI % 2 === 0 ? regI : ints.length;
  for (let i = 0; i < ints.length; i += i < pairsUpTo ? 2 : 1) {
    add('x', ints.slice(i, Math.min(i + 2, i < pairsUpTo ? pairsUpTo : ints.length)), i * 8);
  }
  const floats = regF === 0 ? [] : Array.from({ length: regF + 1 }, (_, i) => 8 + i);
  for (let i = 0; i < floats.length; i += 2) add('d', floats.slice(i, i + 2), intSize + i * 8);
  return saves;
}

/** Room for locals, and the frame record at its bottom where the function keeps a frame chain. */
function packedLocals(isChained: boolean, size: number): Arm64Code[] {
  const pair = (release: number): Arm64Code => ({
    op: 'save',
    bank: 'x',
    registers: [29, LR],
    offset: 0,
    release,
  });
  if (isChained && size <= LARGEST_PAIR_OFFSET) return [pair(size)];
  const allocs: Arm64Code[] = [];
  if (size > LARGEST_ALLOC) {
    allocs.push({ op: 'alloc', size: LARGEST_ALLOC }, { op: 'alloc', size: size - LARGEST_ALLOC });
  } else if (size > 0) allocs.push({ op: 'alloc', size });
  return isChained ? [...allocs, pair(0)] : allocs;
}

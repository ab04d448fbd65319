import type { WordReader } from '../wordReader.ts';
import { instructionLength } from './instructionX86.ts';
import { EAX, EBP, EBX, EDI, ESI } from './registersX86.ts';

/** Prologs are short; what comes after this many bytes is body. */
const MAX_PROLOG = 256;
const MAX_INSTRUCTION = 15;

/** What a function has put on the stack at some place in it. Depths are in bytes below the return address. */
export interface PrologState {
  /** bytes between esp and the return address: at the place itself where `reached`, else once the prolog is done */
  readonly depth: number;
  /** depth at which ebp was made the frame pointer: the return address lies at ebp + frame */
  readonly frame?: number;
  /** callee-saved registers by number: the return address lies this far above where they are */
  readonly saved: ReadonlyMap<number, number>;
  /** whether the way from the function's start to the place is straight, so that `depth` is exact */
  readonly reached: boolean;
  /** esp was aligned, so only the frame pointer leads back */
  readonly aligned: boolean;
}

interface Mutable {
  depth: number;
  frame?: number;
  saved: Map<number, number>;
  aligned: boolean;
  /** last constant put into eax: what a stack probe is asked for */
  eax?: number;
  /** depth once registers are saved and room is made: arguments that are pushed later are not part of it */
  settled: number;
}

/**
 * Follows a function's code from its first byte to `place`, or to the first jump or call before it, and counts what it
 * does to the stack. Undefined where the code is not there or no instruction begins at `place`. `exact`: the thread
 * stopped at `place`, and it is not what a call in progress returns to.
 */
export function followProlog(
  code: WordReader,
  start: number,
  place: number,
  exact: boolean,
): PrologState | undefined {
  const state: Mutable = { depth: 0, saved: new Map(), aligned: false, settled: 0 };
  for (let at = start; at - start < MAX_PROLOG;) {
    if (at === place) return finish(state, true);
    if (at > place) return undefined;
    const b = code.upTo(at, MAX_INSTRUCTION + 2);
    const length = instructionLength(b, 0);
    if (length === 0) return undefined;
    if (isFlow(b)) {
      const isInProgress = !exact && at + length === place;
      if (isInProgress || !isPrologCall(b, state)) return finish(state, isInProgress);
    } else if (!count(b, state)) return finish(state, false);
    at += length;
  }
  return finish(state, false);
}

function finish({ depth, settled, frame, saved, aligned }: Mutable, reached: boolean): PrologState {
  return { depth: reached ? depth : settled, frame, saved, reached, aligned };
}

/** Jumps, calls, returns, interrupts. */
function isFlow(b: Uint8Array): boolean {
  const [b0 = 0, b1 = 0] = b;
  if ((b0 & 0xf0) === 0x70 || (b0 >= 0xe0 && b0 <= 0xe3) || (b0 >= 0xe8 && b0 <= 0xeb)) return true;
  if (b0 === 0xc2 || b0 === 0xc3 || b0 === 0xcc || b0 === 0xcd) return true;
  if (b0 === 0x0f) return (b1 & 0xf0) === 0x80 || b1 === 0x0b || b1 === 0x34;
  // call and jmp through registers or memory
  return b0 === 0xff && ((b1 >> 3) & 7) >= 2 && ((b1 >> 3) & 7) <= 5;
}

/**
 * Calls that belong to a prolog: the stack probe, which is asked for the bytes in eax, and MSVC's helpers that set up
 * an exception frame (`push n; push handler; call __SEH_prolog4`), after which ebp is a frame pointer.
 */
function isPrologCall(b: Uint8Array, state: Mutable): boolean {
  if (b[0] !== 0xe8) return false;
  if (state.eax !== undefined) {
    // `sub esp,eax` after it: the probe itself left esp alone
    const isSeparate = (b[5] === 0x29 && b[6] === 0xc4) || (b[5] === 0x2b && b[6] === 0xe0);
    if (!isSeparate) {
      state.depth += state.eax;
      state.settled = state.depth;
      state.eax = undefined;
    }
    return true;
  }
  if (state.depth === 8 && state.saved.size === 0 && state.frame === undefined) {
    state.saved.set(EBP, 4);
    state.frame = 4;
    state.aligned = true;
  }
  return false;
}

/** Counts one instruction; false where it does what no prolog does. */
function count(b: Uint8Array, s: Mutable): boolean {
  const [b0 = 0, b1 = 0, b2 = 0] = b;
  if ((b0 & 0xf8) === 0x50) {
    s.depth += 4;
    const register = b0 & 7;
    const isSaved = register === EBX || register === EBP || register === ESI || register === EDI;
    if (isSaved && !s.saved.has(register)) {
      s.saved.set(register, s.depth);
      s.settled = s.depth;
    }
    return true;
  }
  if ((b0 & 0xf8) === 0x58) {
    s.depth -= 4;
    return s.depth >= 0;
  }
  if (b0 === 0x68 || b0 === 0x6a || (b0 === 0xff && ((b1 >> 3) & 7) === 6) || b0 === 0x9c) {
    s.depth += 4;
    return true;
  }
  if ((b0 === 0x8b && b1 === 0xec) || (b0 === 0x89 && b1 === 0xe5)) {
    s.frame = s.depth;
    s.settled = s.depth;
    return true;
  }
  // lea ebp,[esp+n]
  if (b0 === 0x8d && b1 === 0x6c && b2 === 0x24) {
    s.frame = s.depth - (((b[3] ?? 0) << 24) >> 24);
    s.settled = s.depth;
    return true;
  }
  if ((b0 === 0x29 && b1 === 0xc4) || (b0 === 0x2b && b1 === 0xe0)) return allocate(s, s.eax);
  if (b0 === 0x83 && b1 === 0xec) return allocate(s, (b2 << 24) >> 24);
  if (b0 === 0x81 && b1 === 0xec) return allocate(s, i32(b, 2));
  if (b0 === 0x83 && b1 === 0xc4) return allocate(s, -((b2 << 24) >> 24));
  if (b0 === 0x8d && b1 === 0x64 && b2 === 0x24) return allocate(s, -(((b[3] ?? 0) << 24) >> 24));
  if ((b0 === 0x83 || b0 === 0x81) && b1 === 0xe4) {
    s.aligned = true;
    return true;
  }
  // leave, enter, mov esp, xchg: the prolog is over, or never was one
  if (
    b0 === 0xc9 ||
    b0 === 0xc8 ||
    (b0 === 0x8b && ((b1 >> 3) & 7) === 4) ||
    b0 === 0x94 ||
    b0 === 0x60 ||
    b0 === 0x61
  ) {
    return false;
  }
  if (b0 === 0xb8) s.eax = i32(b, 1) >>> 0;
  else if (writesEax(b0, b1)) s.eax = undefined;
  return true;
}

function allocate(s: Mutable, size: number | undefined): boolean {
  if (size === undefined || s.depth + size < 0) return false;
  s.depth += size;
  s.settled = s.depth;
  s.eax = undefined;
  return true;
}

function writesEax(b0: number, b1: number): boolean {
  return b0 === 0xa1 || ((b0 === 0x8b || b0 === 0x33 || b0 === 0x8d) && ((b1 >> 3) & 7) === EAX);
}

function i32(b: Uint8Array, at: number): number {
  return (b[at] ?? 0) | ((b[at + 1] ?? 0) << 8) | ((b[at + 2] ?? 0) << 16) | ((b[at + 3] ?? 0) << 24);
}

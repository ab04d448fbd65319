import { callBefore } from '../callSite.ts';
import type { ModuleEntry } from '../moduleIndex.ts';
import type { RegisterFile } from '../registerFile.ts';
import type { WalkSpace } from '../walkSpace.ts';
import { instructionLength } from './instructionX86.ts';
import { jumpThrough } from './judgeX86.ts';
import { followProlog } from './prologX86.ts';
import { EBP, get32 } from './registersX86.ts';

/** How far below an address its function's start is looked for. */
const MAX_BACK = 0x4000;
const PAGE = 0x1000;
const MAX_INSTRUCTION = 15;
/** Words on the stack among which a call of the function is looked for: 16 KiB of locals. */
const MAX_WORDS = 4096;
/** linkers align functions to this */
const ALIGNMENT = 16;
const MAX_CACHED = 1 << 14;

const found = new WeakMap<ModuleEntry, Map<number, number>>();

/**
 * Where the function of a frame begins, when nothing says: first by the return addresses on the stack, whose call
 * instructions name what they called; then by what lies between functions. Both must lead to the frame's place
 * instruction by instruction.
 */
export function guessStart(
  space: WalkSpace,
  entry: ModuleEntry,
  file: RegisterFile,
  exact: boolean,
): number | undefined {
  const place = file.ip;
  let cache = found.get(entry);
  if (!cache) found.set(entry, (cache = new Map()));
  // where a function begins does not depend on the thread; only that nobody called it here does
  const known = cache.get(place);
  if (known !== undefined) return known;
  const below = codeBelow(space, entry, place);
  const start = below && (calledStart(space, below, file, exact) ?? startBelow(below));
  if (cache.size >= MAX_CACHED) cache.clear();
  if (start !== undefined) cache.set(place, start);
  return start;
}

/** The code below a place, and which ways through it are known to miss the place. */
interface CodeBelow {
  readonly base: number;
  readonly place: number;
  /** from `base` up to the place, and the instruction at it */
  readonly bytes: Uint8Array;
  /** by offset: instructions begin here that do not lead to the place */
  readonly misses: Uint8Array;
}

function codeBelow({ memory }: WalkSpace, entry: ModuleEntry, place: number): CodeBelow | undefined {
  // where there is a hole in the code, what lies above it is still worth a look
  const page = place % PAGE;
  for (const back of [MAX_BACK, MAX_BACK / 2, PAGE, page, page / 2]) {
    const length = Math.floor(Math.min(back, place - entry.base));
    const base = place - length;
    if (length === 0 || memory.available(BigInt(base), length) < length) continue;
    return { base, place, bytes: memory.read(BigInt(base), length), misses: new Uint8Array(length) };
  }
  return undefined;
}

function calledStart(
  space: WalkSpace,
  below: CodeBelow,
  file: RegisterFile,
  exact: boolean,
): number | undefined {
  const { stack, modules, code } = space;
  for (let i = 0; i < MAX_WORDS; i++) {
    const slot = file.sp + 4 * i;
    const word = stack.u32(slot);
    if (word === undefined) return undefined;
    if (!modules.find(word)?.isCode(word)) continue;
    const site = callBefore(code, word, 4);
    if (site === 'none' || site === 'unknown' || site.target === undefined) continue;
    const target = jumpThrough(space, site.target);
    if (target < below.base || target > below.place || !leadsTo(below, target)) continue;
    // the function's prolog must account for what lies between esp and the call's return address
    const prolog = followProlog(code, target, below.place, exact);
    const wanted = prolog?.frame === undefined ? undefined : get32(file, EBP) + prolog.frame;
    if (prolog && (wanted === undefined ? slot >= file.sp + prolog.depth : slot === wanted)) return target;
  }
  return undefined;
}

/** The nearest place below that looks like the first instruction of a function, and leads to the place. */
function startBelow(below: CodeBelow): number | undefined {
  const { base, bytes } = below;
  for (let at = bytes.length - 1; at > 0; at--) {
    const start = looksLikeStart(bytes, at, base);
    if (start !== undefined && leadsTo(below, base + start)) return base + start;
  }
  return undefined;
}

/** The offset of a function's start where its prolog is at `at`. */
function looksLikeStart(b: Uint8Array, at: number, base: number): number | undefined {
  const first = b[at];
  // push ebp; mov ebp,esp wherever it stands, with the two bytes before it that make room for a patch
  if (first === 0x55 && isMoveEbpEsp(b, at + 1))
    return b[at - 2] === 0x8b && b[at - 1] === 0xff ? at - 2 : at;
  // push n; push handler; call: MSVC's exception frames
  const isGuarded = (first === 0x6a && b[at + 2] === 0x68) || (first === 0x68 && b[at + 5] === 0x68);
  if (isGuarded && b[at + (first === 0x6a ? 7 : 10)] === 0xe8 && endsFunction(b, at)) return at;
  return beginsFunction(b, at, base) ? at : undefined;
}

function isMoveEbpEsp(b: Uint8Array, at: number): boolean {
  return (b[at] === 0x8b && b[at + 1] === 0xec) || (b[at] === 0x89 && b[at + 1] === 0xe5);
}

/** Whether bytes up to `end` are the end of a function: a return or a jump, and padding after it. */
function endsFunction(b: Uint8Array, end: number): boolean {
  let last = end;
  while (last > 0 && end - last < ALIGNMENT && (b[last - 1] === 0xcc || b[last - 1] === 0x90)) last--;
  if (b[last - 1] === 0xc3 || b[last - 1] === 0xcc) return true;
  return b[last - 3] === 0xc2 || b[last - 5] === 0xe9 || b[last - 2] === 0xeb;
}

/** Whether instructions from `start` on meet the place. Ways that join one which missed it are not followed again. */
function leadsTo({ base, place, bytes, misses }: CodeBelow, start: number): boolean {
  let at = start - base;
  const end = place - base;
  const way: number[] = [];
  while (at < end && !misses[at] && !(way.length > 0 && beginsFunction(bytes, at, base))) {
    way.push(at);
    const length = instructionLength(bytes.subarray(at, at + MAX_INSTRUCTION), 0);
    if (length === 0) break;
    at += length;
  }
  if (at === end) return true;
  for (const offset of way) misses[offset] = 1;
  return false;
}

/** Whether another function begins here: aligned, after the end of one, with what prologs begin with. */
function beginsFunction(b: Uint8Array, at: number, base: number): boolean {
  if ((base + at) % ALIGNMENT !== 0 || !endsFunction(b, at)) return false;
  const [b0 = 0, b1 = 0] = b.subarray(at, at + 2);
  // push of a register or constant; sub esp,n; mov edi,edi; mov eax,n before a stack probe
  if ((b0 & 0xf8) === 0x50 || b0 === 0x68 || b0 === 0x6a || b0 === 0xb8) return true;
  return ((b0 === 0x83 || b0 === 0x81) && b1 === 0xec) || (b0 === 0x8b && b1 === 0xff);
}

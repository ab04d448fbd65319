import type { Disassembler, Instruction } from './instruction.ts';

/** How far behind the wanted instructions a walk begins, so that it has found its step when it gets there. */
const LEAD = 4;

export interface BackwardsInput {
  readonly disassembler: Disassembler;
  /** bytes up to `end`, as many as there are */
  readonly bytes: Uint8Array;
  /** the address behind the last byte: an instruction begins there */
  readonly end: bigint;
  readonly count: number;
  /** addresses at which code is known to begin (functions), rising */
  readonly starts: readonly bigint[];
}

/**
 * The instructions that end at an address, the last `count` of them at most. Known starts of functions are tried
 * first, the nearest one last: a walk from there steps as the processor does. Without one, every offset is tried from
 * far to near; x86 code falls into step soon, and the first walk that meets `end` counts. Empty where nothing fits.
 */
export function decodeBackwards(input: BackwardsInput): Instruction[] {
  const { disassembler, bytes, end, count, starts } = input;
  const base = end - BigInt(bytes.length);
  const decoded = new Map<number, Instruction>();
  for (let k = starts.length - 1; k >= 0; k--) {
    const start = starts[k] ?? 0n;
    if (start < base || start >= end) continue;
    const walk = decodeUpTo(input, Number(start - base), decoded);
    if (!walk) continue;
    if (walk.length >= count) return walk.slice(-count);
    // the function is shorter than what was asked for: what precedes it
    const rest = decodeBackwards({
      disassembler,
      bytes: bytes.subarray(0, Number(start - base)),
      end: start,
      count: count - walk.length,
      starts: starts.slice(0, k),
    });
    return [...rest, ...walk];
  }
  const step = disassembler.alignment;
  const reach = Math.min(bytes.length, (count + LEAD) * disassembler.maxLength);
  let best: Instruction[] = [];
  for (let back = reach - (reach % step); back > 0; back -= step) {
    const walk = decodeUpTo(input, bytes.length - back, decoded);
    if (!walk) continue;
    if (walk.length >= count) return walk.slice(-count);
    if (walk.length > best.length) best = walk;
  }
  return best;
}

/**
 * The instructions from an offset to the end of the bytes; undefined where one is invalid or crosses the end. `decoded`
 * keeps them by offset: walks from all offsets soon step on the same ones.
 */
function decodeUpTo(
  { disassembler, bytes, end }: BackwardsInput,
  from: number,
  decoded: Map<number, Instruction>,
): Instruction[] | undefined {
  const base = end - BigInt(bytes.length);
  const walk: Instruction[] = [];
  for (let at = from; at < bytes.length;) {
    const i =
      decoded.get(at) ??
      disassembler.decode(bytes.subarray(at, at + disassembler.maxLength), base + BigInt(at));
    decoded.set(at, i);
    if (!i.valid) return undefined;
    walk.push(i);
    at += i.bytes.length;
    if (at > bytes.length) return undefined;
  }
  return walk;
}

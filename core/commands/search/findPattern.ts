import type { Address, AddressRange, Memory } from '../../target/index.ts';
import type { Pace } from '../pace.ts';
import type { BytePattern } from './bytePattern.ts';
import { scanMemory } from './scanMemory.ts';

/** Matches that are collected before they are given out: a window full of hits is printed by and by. */
const BATCH = 4096;

/** What is looked for: a pattern at multiples of `unit` bytes from an address. */
export interface AlignedPattern {
  readonly pattern: BytePattern;
  readonly unit: number;
  readonly from: Address;
}

/** The addresses in a range where a pattern stands whole, rising. Rests between windows. */
export async function* findPattern(
  memory: Memory,
  range: AddressRange,
  { pattern, unit, from }: AlignedPattern,
  pace: Pace,
): AsyncGenerator<Address> {
  for await (const { base, bytes } of scanMemory(memory, range, pattern.length - 1, pace)) {
    const phase = Number((base - from) % BigInt(unit));
    let offsets: number[] = [];
    let next = 0;
    for (let more = true; more;) {
      more = !pattern.visit(next === 0 ? bytes : bytes.subarray(next), (offset) => {
        if ((phase + next + offset) % unit === 0) offsets.push(next + offset);
        return offsets.length < BATCH;
      });
      for (const offset of offsets) yield base + BigInt(offset);
      next = (offsets.at(-1) ?? 0) + 1;
      offsets = [];
    }
  }
}

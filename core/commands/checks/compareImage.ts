import type { Address, ImageFile, Module, Target } from '../../target/index.ts';
import type { Pace } from '../pace.ts';

/** Bytes compared at a time: pages of the file are kept, so small pieces cost little. */
const PIECE = 0x10000;
/** Differences that are kept: an image of another build differs everywhere. */
const MAX_DIFFERENCES = 10_000;
/** Bytes of a difference that are shown. */
const SHOWN_BYTES = 8;
const NOP = 0x90;
const LOCK = 0xf0;

/** IMAGE_SCN_* */
const EXECUTABLE = 0x2000_0000;
const DISCARDABLE = 0x0200_0000;

export interface Difference {
  readonly start: Address;
  readonly length: number;
  /** the first bytes, of the file and of the dump */
  readonly expected: Uint8Array;
  readonly actual: Uint8Array;
}

export interface ImageComparison {
  readonly differences: readonly Difference[];
  readonly differingBytes: number;
  readonly comparedBytes: number;
  /** bytes that should have been compared and are not in the dump */
  readonly missingBytes: number;
  readonly truncated: boolean;
}

export interface CompareOptions {
  /** all sections that are not discardable: headers and constant data too */
  readonly all: boolean;
  /** sections whose names contain this */
  readonly section?: string;
  readonly range?: { readonly start: Address; readonly end: Address };
  /** a nop for a lock, and the other way round, is a difference too */
  readonly locks: boolean;
}

/**
 * Compares what the dump holds of a module with its file, as -chkimg.md says: code sections unless told otherwise; what
 * the loader writes (the import address table, relocated places) is no difference.
 */
export async function compareImage(
  target: Target,
  module: Module,
  file: ImageFile,
  options: CompareOptions,
  pace: Pace,
): Promise<ImageComparison> {
  const found = new Differences(options.locks);
  let missing = 0;
  const memory = target.dump?.memory;
  for (const { virtualAddress, virtualSize, characteristics, name } of file.sections) {
    if (!isWanted(name, characteristics, options)) continue;
    const end = Math.min(virtualAddress + virtualSize, module.size);
    for (let rva = virtualAddress; rva < end;) {
      const covered = Math.min(file.available(rva, PIECE), end - rva);
      if (covered === 0) {
        rva = file.next(rva) ?? end;
        continue;
      }
      const at = module.base + BigInt(rva);
      const i = memory?.find(at) ?? -1;
      if (!memory || i < 0) {
        const next = memory ? memory.findNext(at) : 0;
        const until = memory && next < memory.count ? memory.start(next) - at : BigInt(covered);
        const hole = until < BigInt(covered) ? Number(until) : covered;
        missing += hole;
        rva += hole;
        continue;
      }
      const skip = Number(at - memory.start(i));
      const length = Math.min(covered, memory.size(i) - skip);
      if (inRange(at, length, options)) {
        const actual = target.memory.read(at, length);
        found.compare(at, file.read(rva, length), actual, options);
      }
      rva += length;
      if (pace.due()) await pace.rest({ done: rva, total: module.size, what: 'bytes' });
    }
  }
  return { ...found.result(), missingBytes: missing };
}

function isWanted(name: string, characteristics: number, options: CompareOptions): boolean {
  if (characteristics & DISCARDABLE) return false;
  if (options.section !== undefined) return name.includes(options.section);
  if (options.all) return true;
  return (characteristics & EXECUTABLE) !== 0 && !name.includes('PAGE') && name !== 'INITKDBG';
}

function inRange(at: Address, length: number, { range }: CompareOptions): boolean {
  return !range || (at < range.end && at + BigInt(length) > range.start);
}

class Differences {
  private readonly all: Difference[] = [];
  private bytes = 0;
  private compared = 0;
  private truncated = false;

  constructor(private readonly locks: boolean) {}

  compare(at: Address, expected: Uint8Array, actual: Uint8Array, { range }: CompareOptions): void {
    const from = range && range.start > at ? Number(range.start - at) : 0;
    const to = range && range.end < at + BigInt(actual.length) ? Number(range.end - at) : actual.length;
    this.compared += Math.max(0, to - from);
    for (let i = from; i < to; i++) {
      if (!this.differs(expected[i], actual[i])) continue;
      let end = i + 1;
      while (end < to && this.differs(expected[end], actual[end])) end++;
      this.bytes += end - i;
      this.add(at + BigInt(i), expected.slice(i, end), actual.slice(i, end));
      i = end;
    }
  }

  result(): Omit<ImageComparison, 'missingBytes'> {
    const { all: differences, bytes: differingBytes, compared: comparedBytes, truncated } = this;
    return { differences, differingBytes, comparedBytes, truncated };
  }

  private add(start: Address, expected: Uint8Array, actual: Uint8Array): void {
    if (this.all.length >= MAX_DIFFERENCES) {
      this.truncated = true;
      return;
    }
    this.all.push({
      start,
      length: actual.length,
      expected: expected.subarray(0, SHOWN_BYTES),
      actual: actual.subarray(0, SHOWN_BYTES),
    });
  }

  private differs(a: number | undefined, b: number | undefined): boolean {
    if (a === b) return false;
    return this.locks || !((a === NOP && b === LOCK) || (a === LOCK && b === NOP));
  }
}

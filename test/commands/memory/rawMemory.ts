import { readFileSync } from 'node:fs';
import { corpusFile } from '../../corpus.ts';

/** A piece of memory as the dump's file has it. */
export interface RawRange {
  readonly start: bigint;
  readonly bytes: Buffer;
}

const STREAM_MEMORY_LIST = 5;
const STREAM_MEMORY64_LIST = 9;

/**
 * The memory of a dump, read with nothing of core/: directory, memory list and 64-bit memory list at the offsets that
 * minidumpapiset.h gives them.
 */
export function rawMemory(dump: string): { file: Buffer; ranges: RawRange[] } {
  const file = readFileSync(corpusFile(dump));
  const ranges: RawRange[] = [];
  const streams = file.readUInt32LE(8);
  const directory = file.readUInt32LE(12);
  for (let i = 0; i < streams; i++) {
    const entry = directory + 12 * i;
    const type = file.readUInt32LE(entry);
    const at = file.readUInt32LE(entry + 8);
    if (type === STREAM_MEMORY_LIST) {
      for (let k = 0; k < file.readUInt32LE(at); k++) {
        const d = at + 4 + 16 * k;
        const rva = file.readUInt32LE(d + 12);
        ranges.push({
          start: file.readBigUInt64LE(d),
          bytes: file.subarray(rva, rva + file.readUInt32LE(d + 8)),
        });
      }
    }
    if (type === STREAM_MEMORY64_LIST) {
      let rva = Number(file.readBigUInt64LE(at + 8));
      for (let k = 0n; k < file.readBigUInt64LE(at); k++) {
        const d = at + 16 + 16 * Number(k);
        const size = Number(file.readBigUInt64LE(d + 8));
        ranges.push({ start: file.readBigUInt64LE(d), bytes: file.subarray(rva, rva + size) });
        rva += size;
      }
    }
  }
  return { file, ranges };
}

/** `length` bytes at an address, which one range must hold whole. */
export function rawBytes(ranges: readonly RawRange[], address: bigint, length: number): Buffer {
  for (const { start, bytes } of ranges) {
    const offset = Number(address - start);
    if (offset >= 0 && offset + length <= bytes.length) return bytes.subarray(offset, offset + length);
  }
  throw new Error(`no range holds ${length} bytes at 0x${address.toString(16)}`);
}

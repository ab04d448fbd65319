import type { DirectoryEntry, DumpFile } from '../dumpFile.ts';
import { MemoryRanges, RangeColumns } from '../memoryRanges.ts';
import { StreamType } from '../streamTypes.ts';

const RECORD_SIZE = 16;
const HEADER_64 = 16;
/** Records read at a time: 1 MiB. */
const BULK = 0x10000;
/** More regions than a process with 128 TiB of address space and a real heap has; 192 MiB of columns. */
const MAX_RANGES = 1 << 23;
const HALF = 0x1_0000_0000;

/** One of the dump's memory lists, and which of the ranges are its. */
export interface MemoryListPart {
  readonly entry: DirectoryEntry;
  /** its first range among all, and how many it has */
  readonly firstRange: number;
  readonly count: number;
  /** Memory64List: where its bytes begin in the file */
  readonly baseRva: number;
}

/** All memory of a dump, and the lists it comes from. */
export interface DumpMemoryLists {
  readonly ranges: MemoryRanges;
  readonly parts: readonly MemoryListPart[];
}

interface ListPlan {
  readonly entry: DirectoryEntry;
  readonly wide: boolean;
  /** file offset of the first record */
  readonly first: number;
  readonly count: number;
  /** Memory64List: where its bytes begin */
  readonly base: number;
}

/**
 * MemoryListStream and Memory64ListStream together, in the order that the directory names them. Reads the lists in
 * bulk and none of the memory they describe.
 */
export function readMemoryLists(file: DumpFile, lists: readonly DirectoryEntry[]): DumpMemoryLists {
  const plans = lists.map((entry) => plan(file, entry));
  const raw = new RangeColumns(plans.reduce((sum, p) => sum + p.count, 0));
  const parts: MemoryListPart[] = [];
  let at = 0;
  for (const p of plans) {
    parts.push({ entry: p.entry, firstRange: at, count: p.count, baseRva: p.base });
    at = fill(file, p, raw, at);
  }
  const ranges = MemoryRanges.from(raw, file.size);
  const first = lists[0];
  if (ranges.cutRanges > 0 && first) {
    file.problems.add(
      first.rva,
      `${ranges.cutRanges} of ${raw.count} memory ranges are not whole: ${ranges.missingBytes} bytes are missing from the file`,
    );
  }
  return { ranges, parts };
}

function plan(file: DumpFile, entry: DirectoryEntry): ListPlan {
  const wide = entry.type === StreamType.Memory64List;
  const head = file.reader(entry.rva, Math.min(file.available(entry), HEADER_64));
  if (!head.has(0, wide ? HEADER_64 : 4)) {
    file.problems.add(entry.rva, `${entry.name} is too short for its header`);
    return { entry, wide, first: entry.rva, count: 0, base: 0 };
  }
  const claimed = wide ? toNumber(head.u32(0), head.u32(4)) : head.u32(0);
  // some writers align the records to 8 bytes: the stream is then 4 bytes longer
  const narrowStart = entry.size === 8 + claimed * RECORD_SIZE ? 8 : 4;
  const start = wide ? HEADER_64 : narrowStart;
  const count = file.countRecords(entry, start, RECORD_SIZE, claimed, MAX_RANGES);
  return {
    entry,
    wide,
    first: entry.rva + start,
    count,
    base: wide ? toNumber(head.u32(8), head.u32(12)) : 0,
  };
}

function fill(
  file: DumpFile,
  { wide, first, count, base }: ListPlan,
  raw: RangeColumns,
  from: number,
): number {
  const narrowAddresses = file.is32Bit;
  let offset = base;
  let done = 0;
  while (done < count) {
    const bytes = file.bytes(first + done * RECORD_SIZE, Math.min(BULK, count - done) * RECORD_SIZE);
    const whole = Math.floor(bytes.length / RECORD_SIZE);
    if (whole === 0) break;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0, at = 0; i < whole; i++, at += RECORD_SIZE) {
      const high = view.getUint32(at + 4, true);
      const signExtended = narrowAddresses && high === 0xffffffff;
      const third = view.getUint32(at + 8, true);
      const fourth = view.getUint32(at + 12, true);
      const size = wide ? toNumber(third, fourth) : third;
      raw.set(
        from + done + i,
        signExtended ? 0 : high,
        view.getUint32(at, true),
        size,
        wide ? offset : fourth,
      );
      offset += size;
    }
    done += whole;
  }
  return from + done;
}

/** A 64-bit size or file offset; what passes 2^53 loses digits and lies behind the end of any file. */
function toNumber(low: number, high: number): number {
  return high * HALF + low;
}

import type { ModuleEntry } from '../moduleIndex.ts';
import type { WalkSpace } from '../walkSpace.ts';

/** IMAGE_ARM64EC_METADATA (winnt.h): Version, CodeMap RVA, CodeMapCount */
const CODE_MAP = 4;
const CODE_MAP_COUNT = 8;
/** One range of the code map: an RVA whose two low bits say what code it is, and its length. */
const RANGE_BYTES = 8;
const ARM64EC = 1;
/** Images have a few ranges, one for each run of code of one kind. */
const MAX_RANGES = 0x1000;

const known = new WeakMap<ModuleEntry, readonly (readonly [number, number])[]>();

/**
 * Whether an address lies in ARM64EC code: that of an x64 process on ARM64 which is not emulated. Its unwind records
 * are ARM64's, so x64 rules would lead astray.
 */
export function isArm64Ec(space: WalkSpace, entry: ModuleEntry, address: number): boolean {
  let ranges = known.get(entry);
  if (!ranges) known.set(entry, (ranges = readRanges(space, entry)));
  const rva = address - entry.base;
  return ranges.some(([start, end]) => rva >= start && rva < end);
}

function readRanges({ code }: WalkSpace, { module, base }: ModuleEntry): [number, number][] {
  const pointer = module.image?.loadConfig?.get('CHPEMetadataPointer');
  const metadata = pointer ? module.image?.rvaOfAddress(pointer) : undefined;
  if (metadata === undefined) return [];
  const map = code.u32(base + metadata + CODE_MAP);
  const count = code.u32(base + metadata + CODE_MAP_COUNT);
  if (map === undefined || count === undefined) return [];
  const ranges: [number, number][] = [];
  for (let i = 0; i < Math.min(count, MAX_RANGES); i++) {
    const start = code.u32(base + map + i * RANGE_BYTES);
    const length = code.u32(base + map + i * RANGE_BYTES + 4);
    if (start === undefined || length === undefined) break;
    if ((start & 3) === ARM64EC) ranges.push([(start & ~3) >>> 0, ((start & ~3) >>> 0) + length]);
  }
  return ranges;
}

import type { ModuleEntry } from '../moduleIndex.ts';
import type { WalkSpace } from '../walkSpace.ts';
import { findDescription, parseEhFrame, type FrameDescription } from './ehFrame.ts';

/** Larger sections are not looked at: no 32-bit image has so much. */
const MAX_SECTION = 64 * 1024 * 1024;
const IMAGE_SCN_MEM_EXECUTE = 0x20000000;
/** A name that does not fit its header stands in the file's string table, which is not loaded: `/4`. */
const LONG_NAME = /^\/\d+$/;

const parsed = new WeakMap<ModuleEntry, readonly FrameDescription[]>();

/** The frame description of an address in a 32-bit image that carries .eh_frame; its RVAs count from the module. */
export function frameDescriptionAt(
  space: WalkSpace,
  entry: ModuleEntry,
  address: number,
): FrameDescription | undefined {
  let descriptions = parsed.get(entry);
  if (!descriptions) parsed.set(entry, (descriptions = readSection(space, entry)));
  return findDescription(descriptions, address - entry.base);
}

function readSection({ memory }: WalkSpace, { module, base }: ModuleEntry): readonly FrameDescription[] {
  for (const section of module.image?.sections ?? []) {
    const isCandidate =
      section.name === '.eh_frame' || section.name === '.eh_fram' || LONG_NAME.test(section.name);
    const size = section.virtualSize || section.rawSize;
    if (!isCandidate || section.characteristics & IMAGE_SCN_MEM_EXECUTE || size > MAX_SECTION) continue;
    const address = module.base + BigInt(section.virtualAddress);
    const n = memory.available(address, size);
    const found = n > 0 ? parseEhFrame(memory.read(address, n), section.virtualAddress, base) : undefined;
    if (found && found.length > 0) return found;
  }
  return [];
}

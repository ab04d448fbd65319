import type { AddressSpace, SpaceRegion } from '../../core/protocol/pictures.ts';
import { addressText, sizeText } from '../picture/addressText.ts';
import { isEmpty } from './foldSpace.ts';
import { regionUse } from './regionUses.ts';

/** Whether the dump has a region's bytes, in words. */
function heldText({ inDump, held }: SpaceRegion): string {
  if (inDump === 'all') return 'all in the dump';
  return inDump === 'part' ? `${sizeText(held)} in the dump` : 'not in the dump';
}

/** A region in words: for a hover, and for those who listen. */
export function regionText(region: SpaceRegion | undefined, bits: 32 | 64): string {
  if (!region) return '';
  const size = region.end - region.start;
  return [
    `${addressText(region.start, bits)} – ${addressText(region.end - 1n, bits)}, ${sizeText(size)}`,
    [region.usage, region.detail].filter((t) => t !== '').join(': '),
    [region.state, region.type, region.protect].filter((t) => t !== '').join(' '),
    isEmpty(region) ? '' : heldText(region),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** The region that an address lies in; -1 where it lies in none. */
export function regionAt(regions: readonly SpaceRegion[], address: bigint): number {
  let from = 0;
  let to = regions.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((regions[middle]?.start ?? 0n) <= address) from = middle + 1;
    else to = middle;
  }
  return address < (regions[from - 1]?.end ?? 0n) ? from - 1 : -1;
}

/** What of the space is used, and what of that the dump has. */
export function totalText({ regions }: AddressSpace): string {
  let used = 0;
  let held = 0;
  for (const region of regions) {
    if (!isEmpty(region)) used++;
    held += region.held;
  }
  return `${used.toLocaleString('en-US')} regions in use · ${sizeText(held)} of them in the dump`;
}

/** Why the list is less than it could be. */
export const DERIVED =
  'This dump has no list of regions (MiniDumpWithFullMemoryInfo has one): these are made of its modules, stacks and memory, and what lies between them is not known.';

/** `ntdll` of an image's detail, `~0` of a stack's, a heap's handle; of memory that says nothing its kind. */
export function regionLabel(region: SpaceRegion): string {
  const { usage, detail } = region;
  if (usage === 'Heap') return /Handle: 0*([0-9a-f`]{8,})/i.exec(detail)?.[1] ?? detail;
  if (detail !== '') return detail.split(';')[0] ?? detail;
  return usage === '<unknown>' ? regionUse(region).name : usage;
}

import { formatAddress, type Line, span } from '../../output/index.ts';
import { MEM_FREE, type MemoryRegion, protectNames, stateName, typeName } from '../../process/index.ts';
import type { Address, ByteOrigin } from '../../target/index.ts';
import type { HeapPlace } from '../heap/index.ts';
import { formatSize } from './sizes.ts';

/** One region with what is known of the address that was asked for. */
export interface RegionAt {
  readonly address: Address;
  readonly region: MemoryRegion;
  readonly origin: ByteOrigin;
  /** bytes from the address on that can be read, or not, up to the region's end */
  readonly length: bigint;
  /** where it lies in a heap */
  readonly heap?: HeapPlace;
}

/** The debugger's numbers for where bytes come from. */
const SOURCES: Readonly<Record<'dump' | 'image', string>> = { dump: '1 (target)', image: '2 (mapped)' };
const UNKNOWN = span('<info not present at the target>', 'missing');

/** The text of !address ADDRESS. */
export function addressLines(
  { address, region, origin, length, heap }: RegionAt,
  pointerSize: 4 | 8,
): Line[] {
  const at = (value: Address): string => formatAddress(value, pointerSize);
  const hex = (value: Address): string => `0x${value.toString(16)}`;
  const lines: Line[] = [];
  const row = (title: string, ...value: Line): number => lines.push([{ text: title.padEnd(24) }, ...value]);
  const flags = (value: number | undefined, name: string): Line => {
    if (value === undefined || name === '') return [UNKNOWN];
    return [{ text: `${value.toString(16).padStart(8, '0')}          ${name}` }];
  };
  const protect = (value: number | undefined): Line =>
    flags(value, value ? protectNames(value).join(' | ') : '');
  const more = (text: string): number => row('More info:', { text, command: text });
  const { start, end, state, type, allocationBase, module, thread } = region;
  lines.push([]);
  row('Usage:', { text: region.usage });
  row('Base Address:', { text: at(start), kind: 'address' });
  row('End Address:', { text: at(end), kind: 'address' });
  row('Region Size:', { text: `${at(end - start)} (${formatSize(end - start)})` });
  row('State:', ...flags(state, state === undefined ? '' : stateName(state)));
  row('Protect:', ...protect(region.protect));
  row('Type:', ...flags(type, type ? typeName(type) : ''));
  if (allocationBase !== undefined) row('Allocation Base:', { text: at(allocationBase), kind: 'address' });
  if (state !== MEM_FREE && region.allocationProtect !== undefined) {
    row('Allocation Protect:', ...protect(region.allocationProtect));
  }
  if (module) {
    row('Image Path:', { text: module.path, kind: 'file' });
    row('Module Name:', { text: module.name, kind: 'module' });
    row('Loaded Image Name:');
    row('Mapped Image Name:');
    more(`lmv m ${module.name}`);
    more(`!lmi ${module.name}`);
    more(`ln ${hex(address)}`);
    more(`!dh ${hex(module.base)}`);
  } else if (thread && region.usage.startsWith('Stack')) more(`~${thread.index}k`);
  else if (thread) more(`!teb ${hex(start)}`);
  else if (region.usage.startsWith('PEB')) more(`!peb ${hex(start)}`);
  else if (region.detail !== undefined) row('Detail:', { text: region.detail });
  if (heap) {
    const owning = `!heap ${hex(heap.handle)}`;
    row('More info:', { text: `heap owning the address: ${owning}`, command: owning });
    row('More info:', { text: `heap ${heap.part.toLowerCase()} at ${at(heap.segment)}` });
    const entry = `!heap -x ${hex(address)}`;
    row('More info:', { text: `heap entry containing the address: ${entry}`, command: entry });
  }
  lines.push([], []);
  const source = origin === undefined ? '0 (invalid)' : SOURCES[origin];
  lines.push([{ text: `Content source: ${source}, length: ${length.toString(16)}` }]);
  return lines;
}

import { type MemoryRegion, protectNames, stateName, typeName } from '../../process/index.ts';
import { hexAddress } from '../../bytes/index.ts';
import { type Part, span } from '../../output/index.ts';
import { type Memory, readUpTo } from '../../target/index.ts';

const HEAD_32 = '  BaseAddr EndAddr+1 RgnSize     Type       State                 Protect             Usage';
const HEAD_64 =
  '        BaseAddress      EndAddress+1        RegionSize     Type       State                 Protect             Usage';
const RULE_32 = '-'.repeat(95);
const RULE_64 = '-'.repeat(122);

/** Bytes of a region without a known use that stand behind it as text. */
const PREVIEW = 16;

/** The two heading lines of the list. */
export function listHeading(pointerSize: 4 | 8): readonly string[] {
  return pointerSize === 8 ? [HEAD_64, RULE_64] : [HEAD_32, RULE_32];
}

/**
 * A row of the list: ``+        0`7ffe0000        0`7ffe1000        0`00001000 MEM_PRIVATE MEM_COMMIT  PAGE_READONLY
 * …Other      [User Shared Data]``. It begins with `+` where the row begins an allocation.
 */
export function listRow(region: MemoryRegion, memory: Memory, pointerSize: 4 | 8): Part[] {
  const { start, end, state, type, protect, first } = region;
  const number = (value: bigint): string => formatColumn(value, pointerSize);
  const columns = [
    '',
    number(end),
    number(end - start),
    (type ? typeName(type) : '').padEnd(11),
    (state === undefined ? '' : stateName(state)).padEnd(11),
    (protect ? protectNames(protect).join(' | ') : '').padEnd(34),
    region.usage.padEnd(10),
  ];
  const detail = region.detail ?? preview(region, memory);
  const rest = `${columns.join(' ')} ${detail === undefined ? '' : `[${detail}]`}`;
  // blanks in front of the number are no part of its link
  const at = number(start);
  const head = `${first ? '+ ' : '  '}${' '.repeat(at.length - at.trimStart().length)}`;
  return [head, span(at.trimStart(), 'address', `!address ${hexAddress(start)}`), rest];
}

/** A number in the list's columns: no leading zeros; of 64 bits the low half has eight digits behind the accent. */
export function formatColumn(value: bigint, pointerSize: 4 | 8): string {
  if (pointerSize === 4) return value.toString(16).padStart(8);
  const low = (value & 0xffffffffn).toString(16).padStart(8, '0');
  return `${(value >> 32n).toString(16)}\`${low}`.padStart(17);
}

/** The first bytes of a region whose use is unknown, as text; undefined where the dump does not hold them. */
function preview({ usage, start, end, inDump }: MemoryRegion, memory: Memory): string | undefined {
  if (usage !== '<unknown>' || inDump === 'none') return undefined;
  const length = end - start < BigInt(PREVIEW) ? Number(end - start) : PREVIEW;
  const bytes = readUpTo(memory, start, length);
  if (bytes.length === 0) return undefined;
  return [...bytes].map((b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '.')).join('');
}

/** A row of -o:csv or -o:tsv, with the list's columns. */
export function separatedRow(region: MemoryRegion, separator: string): string {
  const { start, end, state, type, protect, usage, detail } = region;
  const hex = (value: bigint): string => `0x${value.toString(16)}`;
  return [
    hex(start),
    hex(end),
    hex(end - start),
    type ? typeName(type) : '',
    state === undefined ? '' : stateName(state),
    protect ? protectNames(protect).join(' | ') : '',
    usage,
    detail ?? '',
  ]
    .map((value) => quoted(value, separator))
    .join(separator);
}

/** The heading of -o:csv and -o:tsv. */
export function separatedHeading(separator: string): string {
  return ['BaseAddress', 'EndAddress+1', 'RegionSize', 'Type', 'State', 'Protect', 'Usage', 'Detail'].join(
    separator,
  );
}

function quoted(value: string, separator: string): string {
  return value.includes(separator) || value.includes('"') ? `"${value.replaceAll('"', '""')}"` : value;
}

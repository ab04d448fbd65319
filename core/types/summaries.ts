import { decodeLatin1z, hex } from '../bytes/index.ts';
import { MemoryUnreadable } from '../errors/index.ts';
import { type Address, readPointer, readStruct, readUpTo } from '../target/index.ts';
import { decodeUtf16 } from '../bytes/index.ts';
import { findField } from './fieldPath.ts';
import type { RecordType } from './model.ts';
import { visibleText } from './visibleText.ts';
import type { Summary, ValueSource } from './value.ts';

type Summarize = (source: ValueSource, record: RecordType, address: Address) => Summary;

/** Windows' structures that dt shows by content. The record's own fields are used: sizes differ between views. */
const KNOWN: ReadonlyMap<string, Summarize> = new Map<string, Summarize>([
  ['_UNICODE_STRING', (s, r, a) => countedString(s, r, a, true)],
  ['_STRING', (s, r, a) => countedString(s, r, a, false)],
  ['_LIST_ENTRY', links],
  ['_LARGE_INTEGER', quad],
  ['_ULARGE_INTEGER', quad],
  ['_GUID', guid],
]);

const TYPEDEFS: Readonly<Record<string, string>> = {
  UNICODE_STRING: '_UNICODE_STRING',
  _ANSI_STRING: '_STRING',
  _OEM_STRING: '_STRING',
  LIST_ENTRY: '_LIST_ENTRY',
  LARGE_INTEGER: '_LARGE_INTEGER',
  ULARGE_INTEGER: '_ULARGE_INTEGER',
  GUID: '_GUID',
};

/** The content of a well-known structure in a few words; undefined for others and where it is not in the dump. */
export function summarizeRecord(
  source: ValueSource,
  record: RecordType,
  address: Address,
): Summary | undefined {
  const known = KNOWN.get(TYPEDEFS[record.name] ?? record.name);
  try {
    return known ? known(source, record, address) : source.summarize?.(record, address);
  } catch (e) {
    if (e instanceof MemoryUnreadable) return undefined;
    throw e;
  }
}

function fieldAddress(record: RecordType, address: Address, path: string): Address {
  const place = findField(record, path);
  // a structure of that name without the field is not the one we know
  if (!place) throw new MemoryUnreadable(address);
  return address + BigInt(place.offset);
}

function countedString(source: ValueSource, record: RecordType, address: Address, wide: boolean): Summary {
  const length = readStruct(source.memory, fieldAddress(record, address, 'Length'), 2).u16(0);
  const buffer = readPointer(source.memory, fieldAddress(record, address, 'Buffer'), source.pointerSize);
  if (length === 0 || buffer === 0n) return { kind: 'string', text: '' };
  const bytes = readUpTo(source.memory, buffer, length);
  if (bytes.length === 0) return { kind: 'unreadable string', address: buffer };
  return { kind: 'string', text: visibleText(wide ? decodeUtf16(bytes) : decodeLatin1z(bytes), wide) };
}

function links({ memory, pointerSize }: ValueSource, record: RecordType, address: Address): Summary {
  const at = (field: string) => readPointer(memory, fieldAddress(record, address, field), pointerSize);
  return { kind: 'links', flink: at('Flink'), blink: at('Blink') };
}

function quad({ memory }: ValueSource, _record: RecordType, address: Address): Summary {
  return { kind: 'quad', value: readStruct(memory, address, 8).u64(0) };
}

function guid({ memory }: ValueSource, _record: RecordType, address: Address): Summary {
  const r = readStruct(memory, address, 16);
  let tail = '';
  for (let i = 8; i < 16; i++) tail += `${i === 10 ? '-' : ''}${hex(r.u8(i), 2)}`;
  return { kind: 'guid', text: `{${hex(r.u32(0), 8)}-${hex(r.u16(4), 4)}-${hex(r.u16(6), 4)}-${tail}}` };
}
